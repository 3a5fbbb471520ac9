package dev.belay.bench.replay;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.coordinator.RememberedCore;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Sample;
import dev.belay.bench.report.Table;
import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Timing;
import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.journal.Recovery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A snapshot of very many partitions, and as many events after it, read back as at a start: every
 * record verified, every event applied.
 */
public final class ReplayBenchmark implements Benchmark {
  private static final int PARTITIONS = 1_000_000;
  private static final int SMOKE = 1_000;
  private static final int TIMES = 5;

  /** So that the events stay events: no snapshot is made meanwhile. */
  private static final JournalSettings NEVER_ROLLS = new JournalSettings(1L << 30, Long.MAX_VALUE);

  @Override
  public String name() {
    return "replay";
  }

  @Override
  public String description() {
    return "a start of the coordinator: a snapshot of 1,000,000 partitions, and 1,000,000 events";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(90);
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress) throws IOException {
    int partitions = conditions.profile().smoke() ? SMOKE : PARTITIONS;
    try (WorkDirectory directory = WorkDirectory.below(conditions.directory())) {
      progress.at("writing a job of " + partitions + " partitions, half of them done");
      write(directory.path(), partitions);
      List<Double> nanos = new ArrayList<>();
      for (int i = 1; i <= (conditions.profile().smoke() ? 1 : TIMES); i++) {
        progress.at("reading it back, " + i + " of " + TIMES);
        nanos.add(read(directory.path()));
      }
      Sample sample = Sample.of(nanos);
      return List.of(
          Table.titled(
                  "Replay: a snapshot of %,d partitions, and %,d events"
                      .formatted(partitions, partitions))
              .column("firstNanos", "first", Format.NANOS)
              .column("medianNanos", "median", Format.NANOS)
              .column("minNanos", "min", Format.NANOS)
              .column("maxNanos", "max", Format.NANOS)
              .row(nanos.get(0), sample.median(), sample.min(), sample.max())
              .note("goal: 5 s; the first is what a coordinator that has just started would take")
              .build());
    }
  }

  /** The first half of the partitions lies in the snapshot, the second half's life behind it. */
  private static void write(Path path, int partitions) throws IOException {
    try (DataDirectory data = DataDirectory.open(path)) {
      JournalStore<RememberedCore> store = store(data);
      Lives lives = new Lives(partitions);
      Recovery<RememberedCore> empty = store.recover();
      try (Journal journal = store.begin(empty)) {
        lives.begin(journal);
        lives.run(journal, 0, partitions / 2);
      }
      // A start makes a snapshot of all that was before.
      Recovery<RememberedCore> half = store.recover();
      try (Journal journal = store.begin(half)) {
        lives.run(journal, partitions / 2, partitions);
      }
    }
  }

  private static double read(Path path) throws IOException {
    try (DataDirectory data = DataDirectory.open(path)) {
      long began = System.nanoTime();
      Recovery<RememberedCore> recovery = store(data).recover();
      double nanos = System.nanoTime() - began;
      if (recovery.replayed() == 0) {
        throw new IOException("nothing was replayed");
      }
      return nanos;
    }
  }

  private static JournalStore<RememberedCore> store(DataDirectory data) {
    return new JournalStore<>(
        data, () -> new RememberedCore(new Core(Timing.DEFAULT, "file:/none")), NEVER_ROLLS);
  }
}
