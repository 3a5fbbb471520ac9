package dev.belay.jobs.cli;

import dev.belay.runtime.proto.JobState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends a job in order. */
@Command(
    name = "stop",
    description = {
      "Stops a job after a final checkpoint of all its partitions.",
      "Its checkpoints are kept, its outputs are free for others; 'belay retry' goes on with it,"
          + " if its outputs still are."
    },
    footer = {
      "",
      "Examples:",
      "  belay stop job-1",
      "  belay stop nightly --wait    (until all final checkpoints are in)"
    })
final class StopCommand implements Callable<Integer> {
  @Mixin JobArgument job;

  @Option(names = "--wait", description = "Wait until it has stopped.")
  boolean wait;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  StopCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    JobControlCall call = new JobControlCall(coordinator, output);
    return wait
        ? call.runUntil(
            client -> client.stop(job.job),
            seen -> seen.getSummary().getState() == JobState.JOB_STOPPED)
        : call.run(client -> client.stop(job.job));
  }
}
