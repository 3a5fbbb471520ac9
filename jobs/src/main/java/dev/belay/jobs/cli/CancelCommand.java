package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Names;
import dev.belay.runtime.proto.CancelJobReply;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends a job. */
@Command(
    name = "cancel",
    description = {"Cancels a job.", "Its checkpoints are kept, its output is not published."},
    footer = {"", "Examples:", "  belay cancel job-1", "  belay cancel nightly --json"})
final class CancelCommand implements Callable<Integer> {
  @Mixin JobArgument job;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  CancelCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (CoordinatorClient client = coordinator.connect()) {
      CancelJobReply reply = client.cancel(job.job);
      if (output.json()) {
        output.document(
            json -> {
              json.writeStartObject();
              json.writeStringField("jobId", reply.getJobId());
              json.writeStringField("state", Names.of(reply.getState()));
              json.writeEndObject();
            });
      } else {
        output.line(reply.getJobId() + " is " + Names.of(reply.getState()));
      }
    }
    return ExitCode.DONE;
  }
}
