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
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A job in full, for people. */
public final class JobPage {
  private JobPage() {}

  public static void print(
      JobDescription job, long nowMillis, Consumer<String> lines, Consumer<Table> tables) {
    head(job, nowMillis).forEach(lines);
    if (job.getPartitionsCount() > 0) {
      lines.accept("");
      tables.accept(partitions(job));
    }
    problems(job).forEach(lines);
    if (job.getRecoveriesCount() > 0) {
      lines.accept("");
      lines.accept("recoveries:");
      tables.accept(recoveries(job));
    }
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
    field(lines, "job", summary.getJob() + parameters(job.getSpec()));
    field(lines, "state", Names.of(summary.getState()));
    field(lines, "progress", progress(summary.getProgress()));
    if (summary.getQuarantined() > 0) {
      field(
          lines,
          "quarantined",
          summary.getQuarantined() + " of " + summary.getPartitions() + " partitions");
    }
    boolean ended = summary.getEndedMillis() != 0;
    long end = ended ? summary.getEndedMillis() : nowMillis;
    field(
        lines,
        "time",
        Human.duration(end - summary.getSubmittedMillis())
            + ", submitted "
            + Human.duration(nowMillis - summary.getSubmittedMillis())
            + " ago");
    long interval = job.getSpec().getCheckpointIntervalMillis();
    field(lines, "checkpoints", interval == 0 ? "auto" : "every " + Human.duration(interval));
    field(lines, "placement", Wishes.text(job.getSpec()));
    field(lines, "error", summary.getError());
    field(lines, "waiting", job.getTrouble());
    return lines;
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

  private static Table partitions(JobDescription job) {
    Table table =
        new Table(
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
    for (PartitionDescription partition : job.getPartitionsList()) {
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
    return table;
  }

  private static String workers(PartitionDescription partition) {
    if (partition.getWorker().isEmpty()) {
      return "-";
    }
    return partition.getSecondWorker().isEmpty()
        ? partition.getWorker()
        : partition.getWorker() + ", " + partition.getSecondWorker();
  }

  private static List<String> problems(JobDescription job) {
    List<String> lines = new ArrayList<>();
    for (PartitionDescription partition : job.getPartitionsList()) {
      if (!partition.getError().isEmpty()) {
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
                    + " ("
                    + bad.getKey()
                    + ")"));
      }
    }
    if (!lines.isEmpty()) {
      lines.add(0, "");
    }
    return lines;
  }

  /** As in "3 x error in the job's code, 1 x drained". */
  private static String endings(PartitionDescription partition) {
    return partition.getEndingsList().stream()
        .map(one -> one.getCount() + " x " + Names.of(one.getCause()))
        .collect(Collectors.joining(", "));
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
