package dev.belay.bench.jmh;

import dev.belay.bench.WorkDirectory;
import dev.belay.bench.store.MemoryStore;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.storage.checkpoint.Basis;
import dev.belay.storage.checkpoint.CheckpointDraft;
import dev.belay.storage.checkpoint.CheckpointStore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a checkpoint costs the loop: the serialising of its state, on its own thread, while others
 * pack and spool what it has written so far.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CheckpointStallBenchmark {
  private final CheckpointStore checkpoints = new CheckpointStore(new MemoryStore());
  private WorkDirectory directory;
  private @Nullable CheckpointDraft draft;
  private long written;

  @Setup
  public void open() throws IOException {
    directory = WorkDirectory.open();
  }

  @TearDown
  public void close() throws IOException {
    directory.close();
  }

  /** The rest of the way is none of the loop's time. */
  @TearDown(Level.Invocation)
  public void store() throws IOException {
    try (CheckpointDraft last = Objects.requireNonNull(draft)) {
      CheckpointWriteBenchmark.store(last, "bench/" + ++written + ".ckpt");
    }
  }

  @Benchmark
  public StateTypes stall(CheckpointState it) throws IOException {
    CheckpointDraft next = checkpoints.draft(directory::path, Basis.NONE);
    draft = next;
    StateTypes types;
    try (OutputStream out = next.section(CheckpointStore.STATE)) {
      types = it.codec.encode(it.state, out);
      next.types(types);
    }
    next.finish();
    return types;
  }
}
