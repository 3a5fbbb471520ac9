package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.ProgressView;
import dev.belay.runtime.proto.JobDescription;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A job's way to its end. */
@Command(
    name = "watch",
    description = {
      "Follows a job until it ends, and exits with its outcome.",
      "Tells of its progress, lost workers and recoveries. A coordinator that starts again"
          + " meanwhile is waited for."
    },
    footer = {
      "",
      "Examples:",
      "  belay watch job-1",
      "  belay watch nightly --json    (describe's document, once the job has ended)"
    })
final class WatchCommand implements Callable<Integer> {
  @Mixin JobArgument job;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  WatchCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (CoordinatorClient client = coordinator.connect()) {
      // The first question is not repeated: nobody there is an answer. It also settles which job a
      // name means, should another one take the same name later.
      String jobId = client.describe(job.job, true).getSummary().getJobId();
      JobDescription ended;
      try (ProgressView view = output.progress()) {
        ended = new JobFollower(client, view).follow(jobId);
      }
      return Outcome.report(output, client, ended);
    }
  }
}
