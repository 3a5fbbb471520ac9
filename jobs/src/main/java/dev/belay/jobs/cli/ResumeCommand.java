package dev.belay.jobs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets a paused job go on. */
@Command(
    name = "resume",
    description = {"Resumes a paused job.", "Its partitions go on from their checkpoints."},
    footer = {"", "Examples:", "  belay resume job-1", "  belay resume nightly --wait"})
final class ResumeCommand implements Callable<Integer> {
  @Mixin JobArgument job;

  @Option(
      names = "--wait",
      description = "Wait until the job has ended, and exit with its outcome.")
  boolean wait;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  ResumeCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    JobControlCall call = new JobControlCall(coordinator, output);
    return wait
        ? call.runToTheEnd(client -> client.resume(job.job))
        : call.run(client -> client.resume(job.job));
  }
}
