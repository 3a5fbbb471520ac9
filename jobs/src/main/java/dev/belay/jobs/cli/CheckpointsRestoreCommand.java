package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Names;
import dev.belay.runtime.proto.RestoreCheckpointReply;
import dev.belay.runtime.proto.RestoreCheckpointRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a partition back. */
@Command(
    name = "restore",
    description = {
      "Lets a partition go on from one of its checkpoints.",
      "Newer ones are dropped. Who is at it stops at once, and what it has done since is done"
          + " again. A partition that failed goes on from there once its job is retried. Of a job"
          + " that saves often, pause it first: checkpoints that are not among the newest go away."
    },
    footer = {
      "",
      "Examples:",
      "  belay checkpoints list job-1 --partition 7",
      "  belay checkpoints restore job-1 7 12"
    })
final class CheckpointsRestoreCommand implements Callable<Integer> {
  @Mixin JobArgument job;

  @Parameters(index = "1", paramLabel = "PARTITION", description = "Which partition.")
  String partition = "";

  @Parameters(
      index = "2",
      paramLabel = "SEQUENCE",
      description = "Which checkpoint; 'belay checkpoints list' shows them.")
  String sequence = "";

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  CheckpointsRestoreCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    RestoreCheckpointRequest request =
        RestoreCheckpointRequest.newBuilder()
            .setJob(job.job)
            .setPartition(CheckpointArguments.number("PARTITION", partition))
            .setSequence(CheckpointArguments.sequence(sequence))
            .build();
    try (CoordinatorClient client = coordinator.connect()) {
      tell(client.restore(request), request);
    }
    return ExitCode.DONE;
  }

  private void tell(RestoreCheckpointReply reply, RestoreCheckpointRequest request) {
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("jobId", reply.getJobId());
            json.writeNumberField("partition", request.getPartition());
            json.writeNumberField("sequence", request.getSequence());
            json.writeStringField("state", Names.of(reply.getState()));
            json.writeNumberField("dropped", reply.getDropped());
            if (reply.getWorker().isEmpty()) {
              json.writeNullField("worker");
            } else {
              json.writeStringField("worker", reply.getWorker());
            }
            json.writeEndObject();
          });
      return;
    }
    String text =
        "partition %d of %s goes on from checkpoint %s"
            .formatted(request.getPartition(), reply.getJobId(), sequence);
    if (reply.getDropped() > 0) {
      text += ", " + reply.getDropped() + (reply.getDropped() == 1 ? " newer one" : " newer ones");
      text += " dropped";
    }
    text += reply.getWorker().isEmpty() ? "" : "; worker " + reply.getWorker() + " begins anew";
    String remedy = "; 'belay retry " + reply.getJobId() + "' lets it go on";
    output.line(
        switch (reply.getState()) {
          case PARTITION_FAILED, PARTITION_QUARANTINED, PARTITION_CANCELLED -> text + remedy;
          default -> text;
        });
  }
}
