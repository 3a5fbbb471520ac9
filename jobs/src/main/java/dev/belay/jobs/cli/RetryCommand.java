package dev.belay.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes on with what failed. */
@Command(
    name = "retry",
    description = {
      "Goes on with a job that failed, was stopped or was cancelled.",
      "Or with the quarantined partitions of one that runs. They go on from their checkpoints"
          + " with fresh counters; what is done stays done. A job that"
          + " has succeeded is published, and not retried."
    },
    footer = {"", "Examples:", "  belay retry job-1", "  belay retry nightly --wait"})
final class RetryCommand implements Callable<Integer> {
  @Mixin JobArgument job;

  @Option(
      names = "--wait",
      description = "Wait until the job has ended, and exit with its outcome.")
  boolean wait;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  RetryCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    JobControlCall call = new JobControlCall(coordinator, output);
    return wait
        ? call.runToTheEnd(client -> client.retry(job.job))
        : call.run(client -> client.retry(job.job));
  }
}
