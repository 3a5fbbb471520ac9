package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.JsonDocuments;
import dev.belay.jobs.cli.view.Names;
import dev.belay.jobs.cli.view.Table;
import dev.belay.jobs.cli.view.Table.Column;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.text.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Who works. */
@Command(
    name = "workers",
    description = {
      "Lists the workers of a coordinator, and how they fare.",
      "A worker is LIVE, SUSPECT, AT_RISK, NO_STORE, BENCHED, DRAINING or LOST."
    },
    footer = {"", "Examples:", "  belay workers", "  belay workers --json | jq '.[].id'"})
final class WorkersCommand implements Callable<Integer> {
  private static final double SHOWN_RISK = 0.3;

  @Mixin CoordinatorOption coordinator;
  @Mixin StandardOptions standard;

  private final Output output;

  WorkersCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (CoordinatorClient client = coordinator.connect()) {
      List<WorkerDescription> workers = client.workers();
      if (output.json()) {
        output.document(json -> JsonDocuments.workers(json, workers));
      } else {
        output.table(table(workers));
        ClusterCommand.foot(client, output);
      }
    }
    return ExitCode.DONE;
  }

  private static String labels(WorkerDescription worker) {
    return worker.getLabelsCount() == 0
        ? "-"
        : worker.getLabelsList().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }

  private static Table table(List<WorkerDescription> workers) {
    Table table =
        new Table(
            Column.word("ID"),
            Column.word("STATE"),
            Column.number("RUNNING"),
            Column.number("SLOTS"),
            Column.text("HOST"),
            Column.number("PID"),
            Column.text("LABELS"),
            Column.note("REASON"));
    for (WorkerDescription worker : workers) {
      table.row(
          worker.getId(),
          Names.of(worker.getState()),
          worker.getRunning(),
          worker.getSlots(),
          worker.getHost(),
          worker.getPid(),
          labels(worker),
          reason(worker));
    }
    return table;
  }

  private static String reason(WorkerDescription worker) {
    List<String> reasons = new ArrayList<>();
    if (!worker.getReason().isEmpty()) {
      reasons.add(worker.getReason());
    }
    if (worker.getRisk() >= SHOWN_RISK) {
      reasons.add("risk " + Math.round(worker.getRisk() * 100) + " %");
    }
    if (worker.getLingering() > 0) {
      reasons.add(Counted.of(worker.getLingering(), "slot") + " taken up by threads that hang");
    }
    return String.join("; ", reasons);
  }
}
