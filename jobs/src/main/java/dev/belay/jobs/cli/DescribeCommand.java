package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.JobPage;
import dev.belay.jobs.cli.view.JsonDocuments;
import dev.belay.runtime.proto.JobDescription;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One job in full. */
@Command(
    name = "describe",
    description = "Shows a job: its state, partitions, checkpoints, recoveries and result.",
    footer = {
      "",
      "Examples:",
      "  belay describe job-1",
      "  belay describe nightly --json | jq .result"
    })
final class DescribeCommand implements Callable<Integer> {
  @Mixin JobArgument job;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  DescribeCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (CoordinatorClient client = coordinator.connect()) {
      JobDescription description = client.describe(job.job, false);
      if (output.json()) {
        output.document(json -> JsonDocuments.job(json, description));
      } else {
        JobPage.print(description, System.currentTimeMillis(), output::line, output::table);
      }
    }
    return ExitCode.DONE;
  }
}
