package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process that has next to no heap: stores a large state that is made while it is written, builds
 * a second checkpoint on it, and reads that back. Arguments: a directory, the state's megabytes.
 */
public final class SmallHeap {
  private static final int MEGABYTE = 1 << 20;

  private final CheckpointStore checkpoints;
  private final ExecutorService executor;
  private final Path scratch;
  private final int megabytes;

  private SmallHeap(CheckpointStore checkpoints, ExecutorService executor, Path scratch, int size) {
    this.checkpoints = checkpoints;
    this.executor = executor;
    this.scratch = scratch;
    this.megabytes = size;
  }

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    ExecutorService executor = Executors.newCachedThreadPool();
    try (ObjectStore store = new FileStore(directory.resolve("store"))) {
      CheckpointStore checkpoints = new CheckpointStore(store, executor);
      new SmallHeap(checkpoints, executor, directory.resolve("scratch"), Integer.parseInt(args[1]))
          .run();
    } finally {
      executor.shutdownNow();
    }
  }

  private void run() throws Exception {
    long began = System.nanoTime();
    Checkpoint first;
    Basis basis;
    try (CheckpointDraft draft = checkpoints.draft(() -> scratch, Basis.NONE)) {
      first = write(draft, "c/j/p0/first", 0);
      basis = draft.asBasis();
    }
    say("written", first, began);
    began = System.nanoTime();
    Checkpoint second;
    try (CheckpointDraft draft = checkpoints.draft(() -> scratch, basis)) {
      second = write(draft, "c/j/p0/second", 1);
    }
    say("written again, with 1 % changed", second, began);
    began = System.nanoTime();
    read(second);
    say("read", second, began);
  }

  private Checkpoint write(CheckpointDraft draft, String key, int version) throws Exception {
    CompletableFuture<Checkpoint> stored = new CompletableFuture<>();
    draft.whenLarge(() -> executor.execute(() -> store(draft, key, stored)));
    try (OutputStream out = draft.section(CheckpointStore.STATE)) {
      for (int i = 0; i < megabytes; i++) {
        out.write(piece(i, version));
      }
    }
    draft.finish();
    return stored.get();
  }

  private static void store(
      CheckpointDraft draft, String key, CompletableFuture<Checkpoint> stored) {
    try {
      stored.complete(draft.storeAs(key, Samples.TASK, Samples.IDENTITY));
    } catch (IOException | RuntimeException e) {
      stored.completeExceptionally(e);
    }
  }

  /** One of a hundred changes. */
  private static byte[] piece(int number, int version) {
    return Content.bytes(number % 100 == 50 ? number + 1_000_000L * version : number, MEGABYTE);
  }

  private void read(Checkpoint second) throws IOException {
    try (InputStream in = checkpoints.open(second).section(CheckpointStore.STATE)) {
      for (int i = 0; i < megabytes; i++) {
        if (!java.util.Arrays.equals(in.readNBytes(MEGABYTE), piece(i, 1))) {
          throw new IllegalStateException("megabyte " + i + " is not what was written");
        }
      }
      if (in.read() >= 0) {
        throw new IllegalStateException("there is more than was written");
      }
    }
  }

  private static void say(String what, Checkpoint checkpoint, long began) {
    System.out.printf(
        "%s: %d MB, %d MB stored, %d objects, %.1f s%n",
        what,
        checkpoint.getBytes() >> 20,
        checkpoint.getStoredBytes() >> 20,
        checkpoint.getReferencesCount(),
        (System.nanoTime() - began) / 1e9);
  }
}
