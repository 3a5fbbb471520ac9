package dev.belay.bench.jmh;

import com.google.protobuf.ByteString;
import dev.belay.bench.WorkDirectory;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import dev.belay.storage.checkpoint.Basis;
import dev.belay.storage.checkpoint.CheckpointDraft;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.format.Chunker;
import dev.belay.storage.format.PackedChunk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
 * The stages of a whole checkpoint, each alone and on one thread, and the pipeline: from the state
 * to an object on disk.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PipelineBenchmark {
  private final ExecutorService background = Executors.newCachedThreadPool();
  private WorkDirectory directory;
  private ObjectStore store;
  private CheckpointStore checkpoints;
  private byte[] encoded;
  private List<int[]> chunks;
  private byte[] object;
  private long written;

  /** Counts, and keeps nothing. */
  private static final class Nowhere extends OutputStream {
    private long length;

    @Override
    public void write(int b) {
      length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      length += count;
    }
  }

  @Setup
  public void open(CheckpointState it) throws IOException {
    directory = WorkDirectory.open();
    store = Stores.open(Stores.url(directory.path().resolve("store")));
    checkpoints = new CheckpointStore(store, background);
    encoded = it.encoded.bytes();
    chunks = cut();
    pipeline(it);
    try (InputStream in = store.open(key(), 0)) {
      object = in.readAllBytes();
    }
  }

  @TearDown
  public void close() throws IOException {
    store.close();
    directory.close();
    background.shutdownNow();
  }

  /** What the last put left. */
  @TearDown(Level.Invocation)
  public void forget() throws StoreException {
    store.delete(key());
  }

  private String key() {
    return "bench/" + written + ".ckpt";
  }

  private List<int[]> cut() {
    Chunker chunker = new Chunker();
    List<int[]> cut = new ArrayList<>();
    int from = 0;
    while (from < encoded.length) {
      int end = chunker.next(encoded, from, encoded.length);
      end = end < 0 ? encoded.length : end;
      cut.add(new int[] {from, end - from});
      from = end;
    }
    return cut;
  }

  @Benchmark
  public long serialise(CheckpointState it) throws IOException {
    Nowhere out = new Nowhere();
    StateTypes types = it.codec.encode(it.state, out);
    return out.length + types.getFormat();
  }

  @Benchmark
  public int chunk() {
    return cut().size();
  }

  @Benchmark
  public long hash() {
    return chunks.stream()
        .mapToLong(chunk -> PackedChunk.digest(encoded, chunk[0], chunk[1]).size())
        .sum();
  }

  /** Into the frames that are stored, with their checksums. */
  @Benchmark
  public long compress() {
    return chunks.stream()
        .mapToLong(
            chunk -> PackedChunk.pack(encoded, chunk[0], chunk[1], ByteString.EMPTY).frame().length)
        .sum();
  }

  /** To the disk, durably. */
  @Benchmark
  public long put() throws StoreException {
    written++;
    return store.put(key(), out -> out.write(object));
  }

  /** All of it. */
  @Benchmark
  public Checkpoint pipeline(CheckpointState it) throws IOException {
    written++;
    CompletableFuture<Checkpoint> stored = new CompletableFuture<>();
    try (CheckpointDraft draft = checkpoints.draft(directory::path, Basis.NONE)) {
      Runnable storing = () -> background.execute(() -> store(draft, stored));
      boolean[] begun = new boolean[1];
      draft.whenLarge(
          () -> {
            begun[0] = true;
            storing.run();
          });
      try (OutputStream out = draft.section(CheckpointStore.STATE)) {
        draft.types(it.codec.encode(it.state, out));
      }
      draft.finish();
      if (!begun[0]) {
        storing.run();
      }
      return stored.join();
    }
  }

  private void store(CheckpointDraft draft, CompletableFuture<Checkpoint> stored) {
    try {
      stored.complete(CheckpointWriteBenchmark.store(draft, key()));
    } catch (StoreException | RuntimeException e) {
      stored.completeExceptionally(e);
    }
  }
}
