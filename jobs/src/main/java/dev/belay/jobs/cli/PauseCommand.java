package dev.belay.jobs.cli;

import dev.belay.runtime.proto.JobState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds a job for a while. */
@Command(
    name = "pause",
    description = {
      "Pauses a job until 'belay resume'.",
      "Its partitions take a final checkpoint at their next safe point and give their slots"
          + " back; nothing of it is given out meanwhile."
    },
    footer = {
      "",
      "Examples:",
      "  belay pause job-1",
      "  belay pause nightly --wait    (until nothing of it runs any more)"
    })
final class PauseCommand implements Callable<Integer> {
  @Mixin JobArgument job;

  @Option(names = "--wait", description = "Wait until all final checkpoints are in.")
  boolean wait;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  PauseCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    JobControlCall call = new JobControlCall(coordinator, output);
    return wait
        ? call.runUntil(
            client -> client.pause(job.job),
            seen ->
                seen.getSummary().getState() == JobState.JOB_PAUSED
                    && seen.getSummary().getRunning() == 0)
        : call.run(client -> client.pause(job.job));
  }
}
