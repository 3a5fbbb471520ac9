package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.CheckpointViews;
import dev.belay.jobs.cli.view.Table;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which checkpoints a job has. */
@Command(
    name = "list",
    description = {
      "Lists the checkpoints that a job has, by partition, newest first.",
      "Those found unusable come last; they are kept as long as the job. Of more than 50, 50 are"
          + " shown unless asked for; with --json all are."
    },
    footer = {
      "",
      "Examples:",
      "  belay checkpoints list job-1",
      "  belay checkpoints list nightly --newest --all",
      "  belay checkpoints list nightly --partition 7 --json"
    })
final class CheckpointsListCommand implements Callable<Integer> {
  private static final int SCREEN = 50;

  @Mixin JobArgument job;

  @Option(names = "--partition", paramLabel = "N", description = "Only of this partition.")
  @Nullable String partition;

  @Option(names = "--newest", description = "Only the newest of each partition.")
  boolean newest;

  @Option(names = "--all", description = "Show all of them.")
  boolean all;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;
  private int shown;

  CheckpointsListCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    ListCheckpointsRequest.Builder request =
        ListCheckpointsRequest.newBuilder().setJob(job.job).setNewest(newest);
    if (partition != null) {
      request.setOnlyPartition(CheckpointArguments.number("--partition", partition));
    }
    boolean screen = !output.json() && !all && partition == null;
    if (screen) {
      request.setLimit(SCREEN);
    }
    try (CoordinatorClient client = coordinator.connect()) {
      CheckpointPages pages = CheckpointPages.ask(client, request.build());
      if (request.hasOnlyPartition()) {
        CheckpointArguments.checkPartition(pages.first(), request.getOnlyPartition());
      }
      if (output.json()) {
        output.stream(json -> CheckpointViews.list(json, pages));
      } else {
        // Those who are done come first, and often have none.
        print(pages.until(() -> (screen && shown > 0) || output.readerGone()));
      }
    }
    return ExitCode.DONE;
  }

  private void print(Iterable<ListCheckpointsReply> pages) {
    Table table = CheckpointViews.table();
    long now = System.currentTimeMillis();
    boolean more = false;
    boolean none = true;
    for (ListCheckpointsReply page : pages) {
      if (page.getCheckpointsCount() > 0) {
        none = false;
        shown += page.getCheckpointsCount();
        CheckpointViews.rows(table, page, now);
        output.table(table);
        table.turnPage();
      } else if (none && !page.hasNextPartition()) {
        output.line(CheckpointViews.none(page, partition));
      }
      more = page.hasNextPartition();
    }
    if (more) {
      output.line("(the first " + shown + "; others with --partition, --newest or --all)");
    }
  }
}
