package dev.belay.jobs.cli.view;

import dev.belay.jobs.cli.view.Table.Column;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A job in full, for people. */
public final class JobPage {
  /** How many recoveries are shown, the latest: no more need be asked for. */
  public static final int MOST_RECOVERIES = 50;

  /** Lines; from then on the problems of no further partition are told. */
  private static final int MOST_PROBLEMS = 1000;

  private JobPage() {}

  /**
   * Prints a job.
   *
   * @param pages of the partitions to show; none is kept
   * @param none what to say if there are none to show; empty: nothing
   * @param more what else there is and how to see it, in one line; empty: nothing
   */
  public static void print(
      JobDescription job,
      Iterable<JobDescription> pages,
      String none,
      String more,
      long nowMillis,
      Consumer<String> lines,
      Consumer<Table> tables) {
    head(job, nowMillis).forEach(lines);
    Table table = table();
    List<String> problems = new ArrayList<>();
    Map<String, List<Integer>> troubles = new LinkedHashMap<>();
    boolean first = true;
    for (JobDescription page : pages) {
      if (page.getPartitionsCount() == 0) {
        continue;
      }
      if (first) {
        lines.accept("");
        first = false;
      }
      page.getPartitionsList().forEach(partition -> row(table, partition));
      tables.accept(table);
      table.turnPage();
      addProblems(page, troubles, problems);
    }
    if (first && !none.isEmpty()) {
      lines.accept("");
      lines.accept(none);
    }
    if (!more.isEmpty()) {
      lines.accept(more);
    }
    if (!problems.isEmpty() || !troubles.isEmpty()) {
      lines.accept("");
      troubles.forEach(
          (text, whose) -> lines.accept(Human.line(Partitions.named(whose) + ": " + text)));
      problems.forEach(lines);
    }
    recoveries(job, lines, tables);
    if (job.hasResult()) {
      lines.accept("");
      lines.accept("result:");
      result(job).forEach(line -> lines.accept("  " + line));
    }
  }

  /** The fields of the result. */
  public static List<String> result(JobDescription job) {
    return job.getResult().getFieldsList().stream()
        .map(field -> Human.line(field.getName() + ": " + text(field)))
        .toList();
  }

  private static List<String> head(JobDescription job, long nowMillis) {
    JobSummary summary = job.getSummary();
    List<String> lines = new ArrayList<>();
    field(lines, "id", summary.getJobId());
    field(lines, "name", summary.getName());
    field(lines, "note", job.getNote());
    field(lines, "job", summary.getJob() + parameters(job.getSpec()));
    field(lines, "state", Names.of(summary.getState()));
    field(lines, "progress", progress(summary.getProgress()));
    field(lines, "partitions", counts(summary));
    boolean ended = summary.getEndedMillis() != 0;
    long end = ended ? summary.getEndedMillis() : nowMillis;
    field(
        lines,
        "time",
        Human.duration(end - summary.getSubmittedMillis())
            + ", submitted "
            + Human.duration(nowMillis - summary.getSubmittedMillis())
            + " ago");
    field(lines, "checkpoints", Retention.text(job));
    field(lines, "stored", Retention.end(job, nowMillis));
    field(lines, "placement", Wishes.text(job.getSpec()));
    field(lines, "error", summary.getError());
    field(lines, "waiting", job.getTrouble());
    field(lines, "store", job.getStoreTrouble());
    return lines;
  }

  /** As in "512 of 1000 succeeded, 8 running, 1 failed". */
  private static String counts(JobSummary summary) {
    if (summary.getPartitions() == 0) {
      return "";
    }
    String counts = summary.getSucceeded() + " of " + summary.getPartitions() + " succeeded";
    counts += summary.getRunning() == 0 ? "" : ", " + summary.getRunning() + " running";
    counts += summary.getFailed() == 0 ? "" : ", " + summary.getFailed() + " failed";
    counts += summary.getBisecting() == 0 ? "" : ", " + summary.getBisecting() + " bisected";
    return summary.getQuarantined() == 0
        ? counts
        : counts + ", " + summary.getQuarantined() + " in quarantine";
  }

  private static void field(List<String> lines, String name, String value) {
    if (!value.isEmpty()) {
      lines.add(String.format("%-12s %s", name + ":", Human.line(value)));
    }
  }

  private static String parameters(JobSpec spec) {
    StringBuilder text = new StringBuilder();
    spec.getParametersList()
        .forEach(p -> text.append(" -p ").append(p.getKey()).append('=').append(p.getValue()));
    return text.toString();
  }

  private static Table table() {
    return new Table(
        Column.number("PARTITION"),
        Column.word("STATE"),
        Column.text("WORKER"),
        Column.text("SPLIT FROM"),
        Column.number("EPOCH"),
        Column.number("ATTEMPTS"),
        Column.number("DONE"),
        Column.number("CHECKPOINT"),
        Column.number("STATE SIZE"),
        Column.number("STORED"));
  }

  private static void row(Table table, PartitionDescription partition) {
    Checkpoint checkpoint = partition.getCheckpoint();
    boolean saved = partition.hasCheckpoint();
    table.row(
        partition.getIndex(),
        Names.of(partition.getState()),
        workers(partition),
        partition.hasSplitFrom() ? Integer.toString(partition.getSplitFrom()) : "-",
        partition.hasEpoch() ? Long.toUnsignedString(partition.getEpoch().getCounter()) : "-",
        partition.getAttempts(),
        progress(partition.getProgress()),
        saved ? Long.toUnsignedString(checkpoint.getSequence()) : "-",
        saved ? Human.bytes(checkpoint.getBytes()) : "-",
        saved ? Human.bytes(checkpoint.getStoredBytes()) : "-");
  }

  private static String workers(PartitionDescription partition) {
    if (partition.getWorker().isEmpty()) {
      return "-";
    }
    return partition.getSecondWorker().isEmpty()
        ? partition.getWorker()
        : partition.getWorker() + ", " + partition.getSecondWorker();
  }

  /** What troubles many is told once, for all of them. */
  private static void addProblems(
      JobDescription page, Map<String, List<Integer>> troubles, List<String> lines) {
    for (PartitionDescription partition : page.getPartitionsList()) {
      boolean troubled = Partitions.troubled(partition);
      if (troubled
          && (troubles.size() < MOST_PROBLEMS || troubles.containsKey(partition.getError()))) {
        troubles
            .computeIfAbsent(partition.getError(), one -> new ArrayList<>())
            .add(partition.getIndex());
      }
      if (lines.size() < MOST_PROBLEMS) {
        addProblems(partition, !troubled, lines);
      }
    }
  }

  private static void addProblems(
      PartitionDescription partition, boolean withError, List<String> lines) {
    if (withError && !partition.getError().isEmpty()) {
      lines.add(Human.line("partition " + partition.getIndex() + ": " + partition.getError()));
    }
    if (partition.getEndingsCount() > 0) {
      lines.add("partition " + partition.getIndex() + ": ended early: " + endings(partition));
    }
    partition.getDetail().lines().forEach(line -> lines.add("    " + Human.line(line)));
    partition.getLogList().forEach(line -> lines.add("    | " + Human.line(line)));
    for (QuarantinedCheckpoint bad : partition.getQuarantinedList()) {
      lines.add(
          Human.line(
              "partition "
                  + partition.getIndex()
                  + ": checkpoint "
                  + Long.toUnsignedString(bad.getSequence())
                  + " is unusable: "
                  + bad.getMessage()
                  + (bad.getMessage().contains(bad.getKey()) ? "" : " (" + bad.getKey() + ")")));
    }
  }

  /** As in "3 x error in the job's code, 1 x drained". */
  private static String endings(PartitionDescription partition) {
    return partition.getEndingsList().stream()
        .map(one -> one.getCount() + " x " + Names.of(one.getCause()))
        .collect(Collectors.joining(", "));
  }

  private static void recoveries(
      JobDescription job, Consumer<String> lines, Consumer<Table> tables) {
    if (job.getRecoveriesCount() == 0) {
      return;
    }
    lines.accept("");
    boolean all = job.getRecoveriesCount() < MOST_RECOVERIES;
    lines.accept(
        all ? "recoveries:" : "the latest " + MOST_RECOVERIES + " recoveries (--json has all):");
    tables.accept(recoveries(job));
  }

  private static Table recoveries(JobDescription job) {
    Table table =
        new Table(
            Column.word("TASK"),
            Column.text("FROM"),
            Column.text("TO"),
            Column.text("CAUSE"),
            Column.number("DETECTED"),
            Column.number("RESTORED"),
            Column.number("CHECKPOINT"));
    for (Recovery recovery : job.getRecoveriesList()) {
      boolean restored = recovery.hasRestoredMillis();
      boolean partition =
          recovery.getKind() != TaskKind.PLAN && recovery.getKind() != TaskKind.PUBLISH;
      table.row(
          partition
              ? "partition " + recovery.getPartition()
              : recovery.getKind() == TaskKind.PLAN ? "planning" : "publishing",
          recovery.getFromWorker(),
          recovery.getToWorker().isEmpty() ? "-" : recovery.getToWorker(),
          Names.of(recovery.getCause()),
          Human.duration(recovery.getDetectedMillis()),
          restored ? Human.duration(recovery.getRestoredMillis()) : "-",
          recovery.hasResumedFromSequence()
              ? Long.toUnsignedString(recovery.getResumedFromSequence())
              : restored ? "none" : "-");
    }
    return table;
  }

  private static String progress(Progress progress) {
    return progress.getTotal() != 0
        ? Human.share(progress.getDone(), progress.getTotal())
        : progress.getDone() == 0 ? "" : Human.count(progress.getDone());
  }

  private static String text(Field field) {
    Value value = field.getValue();
    return switch (value.getKindCase()) {
      case INTEGER -> Long.toString(value.getInteger());
      case REAL -> Double.toString(value.getReal());
      case TEXT -> value.getText();
      case FLAG -> Boolean.toString(value.getFlag());
      case KIND_NOT_SET -> "";
    };
  }
}
