package dev.belay.bench.scale;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.coordinator.RememberedCore;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Timing;
import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.journal.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Ten thousand workers at one coordinator: what that takes of a processor, and how long each waits.
 */
public final class WorkersBenchmark implements Benchmark {
  private static final int WORKERS = 10_000;
  private static final int PARTITIONS = 100_000;
  private static final int CHECKPOINTS = 1_000;
  private static final double GOAL_MILLIS = 5;

  private record Length(double warmUp, double seconds) {
    static Length of(Conditions conditions) {
      if (conditions.profile().smoke()) {
        return new Length(0, 0.2);
      }
      return conditions.profile().full() ? new Length(20, 90) : new Length(10, 20);
    }
  }

  @Override
  public String name() {
    return "decisions.workers";
  }

  @Override
  public String description() {
    return "10,000 workers with a heartbeat a second, 1,000 checkpoints a second";
  }

  @Override
  public Duration expected(Conditions conditions) {
    Length length = Length.of(conditions);
    return Duration.ofMillis((long) (2_000 * (length.warmUp() + length.seconds() + 2)));
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress)
      throws IOException, InterruptedException {
    int workers = conditions.profile().smoke() ? 100 : WORKERS;
    Length length = Length.of(conditions);
    Table.Builder table =
        Table.titled(
                "%,d workers with a heartbeat a second and %,d checkpoints a second"
                    .formatted(workers, CHECKPOINTS))
            .column("journal", "journal", Format.TEXT)
            .column("what", "what", Format.TEXT)
            .column("number", "number", Format.COUNT)
            .column("medianNanos", "median", Format.NANOS)
            .column("p99Nanos", "p99", Format.NANOS)
            .column("maxNanos", "max", Format.NANOS);
    Table.Builder processor =
        Table.titled("The processor's time for that, a second")
            .column("journal", "journal", Format.TEXT)
            .column("commands", "messages", Format.A_SECOND)
            .column("loop", "the loop's thread", Format.PERCENT)
            .column("other", "the JVM's and the disk's", Format.PERCENT);
    progress.at("deciding alone");
    rows("none", seen(workers, length, new ForgetfulJournal(), 0), table, processor);
    progress.at("with a synced journal");
    try (WorkDirectory directory = WorkDirectory.below(conditions.directory());
        DataDirectory data = DataDirectory.open(directory.path())) {
      JournalStore<RememberedCore> store =
          new JournalStore<>(
              data,
              () -> new RememberedCore(new Core(Timing.DEFAULT, "file:/none")),
              JournalSettings.defaults());
      Recovery<RememberedCore> recovery = store.recover();
      try (Journal journal = store.begin(recovery)) {
        rows("synced", seen(workers, length, journal, recovery.lastSequence()), table, processor);
      }
    }
    return List.of(
        table
            .note("decision: of one message, what follows from it")
            .note("batch: all that waited decided, applied, placed and announced, without the sync")
            .note("answer: from when a checkpoint is reported until its answer goes out")
            .note("goal: 99 of 100 decisions, and batches, in under %.0f ms".formatted(GOAL_MILLIS))
            .build(),
        processor.note("goal: one core").build());
  }

  private static Crowd.Seen seen(int workers, Length length, Journal journal, long lastSequence)
      throws IOException, InterruptedException {
    try (Crowd crowd = new Crowd(workers, CHECKPOINTS, journal, lastSequence)) {
      crowd.gather(PARTITIONS);
      if (length.warmUp() > 0) {
        var unused = crowd.watch(length.warmUp());
      }
      return crowd.watch(length.seconds());
    }
  }

  private static void rows(
      String journal, Crowd.Seen seen, Table.Builder table, Table.Builder processor) {
    row(journal, "decision", seen.decisions(), table);
    row(journal, "batch", seen.batches(), table);
    row(journal, "answer", seen.answers(), table);
    processor.row(
        journal,
        seen.commands() / seen.seconds(),
        seen.loopSeconds() / seen.seconds(),
        seen.otherSeconds() / seen.seconds());
  }

  private static void row(String journal, String what, long[] sorted, Table.Builder table) {
    table.row(
        journal,
        what,
        sorted.length,
        Times.quantile(sorted, 0.5),
        Times.quantile(sorted, 0.99),
        Times.quantile(sorted, 1));
  }
}
