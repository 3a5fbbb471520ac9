package dev.belay.jobs.cli;

import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Begins a job anew. */
@Command(
    name = "restart",
    description = {
      "Begins a job anew, without anything that it has stored.",
      "Cancels it, deletes all that it has stored and submits a new one with the same"
          + " parameters. To keep what is done and go on from the checkpoints use 'belay retry'."
    },
    footer = {
      "",
      "Examples:",
      "  belay restart job-1 --from-scratch",
      "  belay restart nightly --from-scratch --wait"
    })
final class RestartCommand implements Callable<Integer> {
  @Mixin JobArgument job;

  @Option(
      names = "--from-scratch",
      description = "Needed: nothing of what the job has done so far is kept.")
  boolean fromScratch;

  @Option(
      names = "--wait",
      description = "Wait until the new job has ended, and exit with its outcome.")
  boolean wait;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  RestartCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    if (!fromScratch) {
      throw CliException.usage(
          "restart deletes the checkpoints of "
              + job.job
              + ": say so with --from-scratch, or go on from them with 'belay retry "
              + job.job
              + "'");
    }
    String key = UUID.randomUUID().toString();
    JobControlCall call = new JobControlCall(coordinator, output);
    return wait
        ? call.runToTheEnd(client -> client.restart(job.job, key))
        : call.run(client -> client.restart(job.job, key));
  }
}
