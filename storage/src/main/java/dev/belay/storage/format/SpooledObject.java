package dev.belay.storage.format;

import dev.belay.runtime.proto.ObjectManifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An object that is written bit by bit, over a long time, and put when it is whole. Chunks are
 * compressed ahead on other cores. For one thread. A failed write leaves it broken: discard it.
 */
public final class SpooledObject implements AutoCloseable {
  private final Spool spool;
  private final ObjectKind kind;
  private final Consumer<StoredChunk> written;
  private final Ahead<PackedChunk> packing = new Ahead<>(ForkJoinPool.commonPool());
  private @Nullable ObjectWriter writer;
  private ObjectWriter.@Nullable Sealed sealed;

  /**
   * An empty one.
   *
   * @param scratch a directory for what does not stay in memory
   * @param written is told of each chunk, in order
   */
  public SpooledObject(Path scratch, ObjectKind kind, Consumer<StoredChunk> written) {
    this.spool = new Spool(() -> scratch, Spool.Use.PASSING);
    this.kind = kind;
    this.written = written;
  }

  /** Adds a chunk; the array is the object's from now on. */
  public void add(byte[] raw, int length) throws StoreException {
    if (packing.full()) {
      writeOldest();
    }
    packing.add(() -> PackedChunk.pack(raw, 0, length));
  }

  /** Waits until all chunks are written. */
  public void flush() throws StoreException {
    while (!packing.isEmpty()) {
      writeOldest();
    }
  }

  /** Ends the object; it must have been flushed. */
  public void finish(ObjectManifest manifest) throws StoreException {
    try {
      sealed = writer().finish(manifest);
    } catch (IOException e) {
      throw Reading.failed(e);
    }
  }

  /**
   * Puts the finished object; may be called again, under another key, should it fail. An object of
   * the same content that lies under the key already is taken for what an earlier try has left.
   */
  public ObjectRef storeAs(ObjectStore store, String key) throws StoreException {
    ObjectWriter.Sealed done = sealed;
    if (done == null) {
      throw new IllegalStateException("not finished");
    }
    ObjectRef reference =
        ObjectRef.newBuilder()
            .setKey(key)
            .setLength(done.length())
            .setDigest(done.digest())
            .build();
    try {
      store.put(key, out -> spool.copy(0, out));
    } catch (StoreException e) {
      if (e.kind() != Kind.EXISTS || !isThere(store, reference)) {
        throw e;
      }
    }
    return reference;
  }

  @Override
  public void close() throws StoreException {
    spool.close();
  }

  private boolean isThere(ObjectStore store, ObjectRef reference) throws StoreException {
    try {
      return ObjectReader.open(store, reference, kind).isWhole();
    } catch (StoreException e) {
      if (e.kind() == Kind.UNAVAILABLE) {
        throw e;
      }
      return false;
    }
  }

  private void writeOldest() throws StoreException {
    try {
      written.accept(writer().append(packing.take()));
    } catch (IOException e) {
      throw Reading.failed(e);
    }
  }

  private ObjectWriter writer() throws IOException {
    ObjectWriter open = writer;
    if (open == null) {
      open = new ObjectWriter(spool, kind);
      writer = open;
    }
    return open;
  }
}
