package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.CheckpointViews;
import dev.belay.jobs.cli.view.Human;
import dev.belay.runtime.proto.CollectGarbageReply;
import dev.belay.runtime.proto.JobGarbage;
import dev.belay.runtime.text.Counted;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks through the store for what nobody needs. */
@Command(
    name = "gc",
    description = {
      "Deletes what lies in the store and nobody needs; the coordinator does so every hour, too"
          + " (coordinator --collect-every).",
      "That is what leases that are over left behind: objects that no kept checkpoint, plan or"
          + " output names, and uploads that nobody will finish. Nothing is touched of other"
          + " clusters, of jobs or partitions that the coordinator does not know, and under names"
          + " that no worker gives."
    },
    footer = {"", "Examples:", "  belay checkpoints gc --dry-run", "  belay checkpoints gc --json"})
final class CheckpointsGcCommand implements Callable<Integer> {
  @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
  boolean dryRun;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  CheckpointsGcCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (CoordinatorClient client = coordinator.connect();
        Notice notice =
            Notice.ofWaiting(
                output,
                "belay: the coordinator is looking through its store, which takes minutes where"
                    + " that is large or does not answer")) {
      CollectGarbageReply reply = client.collect(dryRun);
      if (output.json()) {
        output.document(json -> CheckpointViews.garbage(json, reply, dryRun));
      } else {
        print(reply);
      }
    }
    return ExitCode.DONE;
  }

  private void print(CollectGarbageReply reply) {
    long objects = reply.getJobsList().stream().mapToLong(JobGarbage::getObjects).sum();
    long uploads = reply.getJobsList().stream().mapToLong(JobGarbage::getUploads).sum();
    long bytes = reply.getJobsList().stream().mapToLong(JobGarbage::getBytes).sum();
    if (objects + uploads > 0) {
      output.table(CheckpointViews.garbage(reply));
    }
    output.line(
        "%d of %s %s (%s of %s)%s"
            .formatted(
                objects,
                Counted.of(reply.getObjects(), "object"),
                dryRun ? "would be deleted" : "deleted",
                Human.bytes(bytes),
                Human.bytes(reply.getBytes()),
                uploads == 0
                    ? ""
                    : ", %s %s"
                        .formatted(
                            Counted.of(uploads, "unfinished upload"),
                            dryRun ? "would be given up" : "given up")));
    if (reply.getLeft() > 0) {
      output.line(
          reply.getLeft() + " could not be deleted yet, which the coordinator goes on trying");
    }
  }
}
