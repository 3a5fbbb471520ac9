package dev.belay.bench.incremental;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.TaskId;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.Stores;
import dev.belay.storage.checkpoint.Basis;
import dev.belay.storage.checkpoint.CheckpointDraft;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.checkpoint.StoredCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a checkpoint adds to the store when little has changed: a state of 200 MB, then 1 % of it
 * changed in one place, 1,000 small changes all over, a byte inserted, and nothing changed.
 */
public final class IncrementalBenchmark implements Benchmark {
  private static final int LARGE = 200 << 20;
  private static final int SMALL = 4 << 20;
  private static final int SCATTERED = 1_000;

  @Override
  public String name() {
    return "checkpoint.incremental";
  }

  @Override
  public String description() {
    return "what checkpoints store when little has changed, and what a restore then reads";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(conditions.profile().smoke() ? 1 : 15);
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress) throws IOException {
    Table.Builder table =
        Table.titled("Checkpoints that build on one another, of a state that compresses to 2/3")
            .column("change", "changed", Format.TEXT)
            .column("nanos", "time", Format.NANOS)
            .column("storedBytes", "stored bytes", Format.COUNT)
            .column("storedShare", "of a full one", Format.PERCENT)
            .column("chunks", "chunks", Format.COUNT)
            .column("reused", "reused", Format.COUNT)
            .column("objects", "objects", Format.COUNT)
            .column("restoreNanos", "read again", Format.NANOS);
    try (WorkDirectory directory = WorkDirectory.below(conditions.directory());
        ObjectStore store = Stores.open(Stores.url(directory.path().resolve("store")))) {
      int size = conditions.profile().smoke() ? SMALL : LARGE;
      new Life(new CheckpointStore(store), directory.path(), table, progress).live(size);
    }
    return List.of(table.note("stored bytes: of the new object, its manifest included.").build());
  }

  /** The checkpoints of one state. */
  private static final class Life {
    private final CheckpointStore checkpoints;
    private final Path scratch;
    private final Table.Builder table;
    private final Progress progress;
    private final SplittableRandom random = new SplittableRandom(1);
    private Basis basis = Basis.NONE;
    private long full;
    private long sequence;

    Life(CheckpointStore checkpoints, Path scratch, Table.Builder table, Progress progress) {
      this.checkpoints = checkpoints;
      this.scratch = scratch;
      this.table = table;
      this.progress = progress;
    }

    void live(int size) throws IOException {
      byte[] state = new byte[size];
      fill(state, 0, size);
      save("all of it", state);
      basis = Basis.NONE;
      save("all of it, with warm code", state);
      fill(state, size / 3, size / 100);
      save("1 % in one place", state);
      for (int i = 0; i < SCATTERED; i++) {
        state[random.nextInt(size)]++;
      }
      save(SCATTERED + " bytes all over", state);
      byte[] longer = new byte[size + 1];
      System.arraycopy(state, 0, longer, 0, size / 2);
      System.arraycopy(state, size / 2, longer, size / 2 + 1, size - size / 2);
      save("a byte inserted", longer);
      save("nothing", longer);
    }

    /** Numbers of a million at most, in 8 bytes, now and then a larger one. */
    private void fill(byte[] state, int from, int length) {
      for (int i = from; i + 8 <= from + length; i += 8) {
        long number = random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(1 << 20);
        for (int b = 0; b < 8; b++) {
          state[i + b] = (byte) (number >>> (8 * b));
        }
      }
    }

    private void save(String change, byte[] state) throws IOException {
      progress.at(change);
      long began = System.nanoTime();
      Checkpoint stored;
      try (CheckpointDraft draft = checkpoints.draft(() -> scratch, basis)) {
        try (OutputStream out = draft.section(CheckpointStore.STATE)) {
          out.write(state);
        }
        draft.finish();
        stored =
            draft.storeAs(
                "bench/" + ++sequence + ".ckpt",
                TaskId.getDefaultInstance(),
                Checkpoint.newBuilder().setSequence(sequence).build());
        basis = draft.asBasis();
      }
      long nanos = System.nanoTime() - began;
      full = Math.max(full, stored.getStoredBytes());
      long read = System.nanoTime();
      StoredCheckpoint.Parts parts = read(stored);
      table.row(
          change,
          nanos,
          stored.getStoredBytes(),
          (double) stored.getStoredBytes() / full,
          parts.chunks(),
          parts.reused(),
          parts.objects(),
          System.nanoTime() - read);
    }

    private StoredCheckpoint.Parts read(Checkpoint stored) throws IOException {
      StoredCheckpoint opened = checkpoints.open(stored);
      try (InputStream in = opened.section(CheckpointStore.STATE)) {
        if (in.skip(Long.MAX_VALUE) != stored.getBytes()) {
          throw new IOException("the checkpoint is not what was written");
        }
      }
      return opened.parts();
    }
  }
}
