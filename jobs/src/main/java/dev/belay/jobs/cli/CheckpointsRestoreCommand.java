package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Names;
import dev.belay.runtime.proto.RestoreCheckpointReply;
import dev.belay.runtime.proto.RestoreCheckpointRequest;
import dev.belay.runtime.text.Counted;
import dev.belay.storage.ObjectStore;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a partition back. */
@Command(
    name = "restore",
    description = {
      "Lets a partition go on from one of its checkpoints.",
      "Newer ones are dropped. Who is at it stops at once, and what it has done since is done"
          + " again. A partition that failed goes on from there once its job is retried. Of a job"
          + " that saves often, pause it first: checkpoints that are not among the newest go away.",
      "The checkpoint is read to the last byte before: one that is damaged is refused."
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

  @Option(
      names = "--unverified",
      description =
          "Do not read it before. One that turns out to be damaged is fallen back from, to the one"
              + " before it.")
  boolean unverified;

  @Option(
      names = "--max-checkpoint-age",
      paramLabel = "any|DURATION",
      description =
          "From now on in place of what the job was submitted with: no partition goes on from a"
              + " checkpoint that is older; any: from each.")
  @Nullable String maxCheckpointAge;

  @Mixin JobStore store;
  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  CheckpointsRestoreCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    RestoreCheckpointRequest request = request();
    try (CoordinatorClient client = coordinator.connect()) {
      if (!unverified) {
        verify(client);
      }
      tell(client.restore(request), request);
    }
    return ExitCode.DONE;
  }

  private RestoreCheckpointRequest request() {
    RestoreCheckpointRequest.Builder request =
        RestoreCheckpointRequest.newBuilder()
            .setJob(job.job)
            .setPartition(CheckpointArguments.number("PARTITION", partition))
            .setSequence(CheckpointArguments.sequence(sequence));
    if (maxCheckpointAge != null) {
      request.setMaxCheckpointAgeMillis(RetentionOptions.ageOrAny(maxCheckpointAge));
    }
    return request.build();
  }

  /** What is known to be unusable is for the coordinator to refuse, which knows why. */
  private void verify(CoordinatorClient client) {
    CheckpointArguments.Found found =
        CheckpointArguments.find(client, job.job, partition, sequence);
    if (!found.checkpoint().getUnusable().isEmpty()) {
      return;
    }
    List<Proof.Bad> bad = bad(client, found);
    if (!bad.isEmpty()) {
      throw new CliException(
          ExitCode.FAILED,
          "nothing was restored: checkpoint %s of partition %s of %s is %s: %s; choose another of"
                  .formatted(
                      sequence,
                      partition,
                      found.job().getJobId(),
                      bad.get(0).kind(),
                      bad.get(0).message())
              + " 'belay checkpoints list %s --partition %s'"
                  .formatted(found.job().getJobId(), partition));
    }
  }

  private List<Proof.Bad> bad(CoordinatorClient client, CheckpointArguments.Found found) {
    long wanted = found.checkpoint().getCheckpoint().getSequence();
    try (ObjectStore opened = store.open(found.job().getStore());
        Notice notice = Notice.ofSilence(output, opened);
        Gauge gauge = new Gauge(output, "verifying", 0)) {
      Proof proof =
          new Proof(
              opened,
              index ->
                  CheckpointPages.of(client, found.job().getJobId(), index).stream()
                      .filter(one -> one.getCheckpoint().getSequence() == wanted)
                      .toList(),
              true,
              gauge);
      proof.run(
          List.of(
              found.job().toBuilder()
                  .clearPlan()
                  .clearCheckpoints()
                  .addCheckpoints(found.checkpoint())
                  .build()));
      return proof.bad();
    } catch (CliException e) {
      throw new CliException(
          e.exitCode(), e.getMessage() + "; --unverified restores without reading it before", e);
    }
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
            json.writeBooleanField("verified", !unverified);
            json.writeEndObject();
          });
      return;
    }
    String text =
        "partition %d of %s goes on from checkpoint %s"
            .formatted(request.getPartition(), reply.getJobId(), sequence);
    if (reply.getDropped() > 0) {
      text += ", " + Counted.of(reply.getDropped(), "newer one") + " dropped";
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
