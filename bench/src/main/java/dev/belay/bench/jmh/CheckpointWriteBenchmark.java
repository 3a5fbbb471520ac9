package dev.belay.bench.jmh;

import dev.belay.bench.WorkDirectory;
import dev.belay.bench.store.MemoryStore;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import dev.belay.storage.checkpoint.Basis;
import dev.belay.storage.checkpoint.CheckpointDraft;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.checkpoint.StoredCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What happens beside the loop: compress, checksum and store an encoded state, durably on disk, or
 * in memory, where only the processor's share is left; and the way back, from the object to the
 * state.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CheckpointWriteBenchmark {
  private static final TaskId TASK =
      TaskId.newBuilder().setJob("bench-1").setKind(TaskKind.PARTITION).build();
  private static final Checkpoint IDENTITY =
      Checkpoint.newBuilder()
          .setSequence(1)
          .setEpoch(Epoch.newBuilder().setGeneration(1).setCounter(1))
          .build();

  @Param({"disk", "memory"})
  public String store;

  private WorkDirectory directory;
  private ObjectStore objects;
  private CheckpointStore checkpoints;
  private Checkpoint kept;
  private long written;

  @Setup
  public void open(CheckpointState it) throws IOException {
    directory = WorkDirectory.open();
    objects = store.equals("disk") ? Stores.open(Stores.url(directory.path())) : new MemoryStore();
    checkpoints = new CheckpointStore(objects);
    kept = write(it, "bench/kept.ckpt");
  }

  @TearDown
  public void close() throws IOException {
    objects.close();
    directory.close();
  }

  /** What the last write left. */
  @TearDown(Level.Invocation)
  public void forget() throws StoreException {
    if (written > 0) {
      objects.delete(key(written));
    }
  }

  private static String key(long number) {
    return "bench/" + number + ".ckpt";
  }

  @Benchmark
  public Checkpoint write(CheckpointState it) throws IOException {
    return write(it, key(++written));
  }

  private Checkpoint write(CheckpointState it, String key) throws IOException {
    try (CheckpointDraft draft = checkpoints.draft(directory::path, Basis.NONE)) {
      draft.types(it.encoded.types());
      try (OutputStream out = draft.section(CheckpointStore.STATE)) {
        out.write(it.encoded.bytes());
      }
      draft.finish();
      return store(draft, key);
    }
  }

  static Checkpoint store(CheckpointDraft draft, String key) throws StoreException {
    return draft.storeAs(key, TASK, IDENTITY);
  }

  @Benchmark
  public Object restore(CheckpointState it) throws IOException {
    StoredCheckpoint stored = checkpoints.open(kept);
    try (InputStream in = stored.section(CheckpointStore.STATE)) {
      return it.codec.decode(
          stored.types(0), in, stored.length(CheckpointStore.STATE), it.state.getClass());
    }
  }
}
