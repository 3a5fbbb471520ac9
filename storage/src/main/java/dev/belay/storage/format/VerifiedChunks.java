package dev.belay.storage.format;

import dev.belay.runtime.proto.StoredChunk;
import dev.belay.storage.StoreException;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** Chunks in order, verified; for one thread. Close it. */
public final class VerifiedChunks implements AutoCloseable {
  private final ObjectReader reader;
  private final ChunkStream stored;
  private final Ahead<byte[]> unpacking = new Ahead<>(ForkJoinPool.commonPool());
  private boolean ended;

  VerifiedChunks(ObjectReader reader, List<StoredChunk> chunks) {
    this.reader = reader;
    this.stored = reader.stored(chunks);
  }

  /**
   * The next chunk's bytes, or null at the end.
   *
   * @throws StoreException CORRUPT if they are not those that were written
   */
  public byte @Nullable [] next() throws StoreException {
    try {
      while (!ended && !unpacking.full()) {
        PackedChunk chunk = stored.next();
        if (chunk == null) {
          ended = true;
        } else {
          unpacking.add(() -> PackedChunk.unpack(chunk.frame(), chunk.description()));
        }
      }
      return unpacking.isEmpty() ? null : unpacking.take();
    } catch (StoreException e) {
      throw reader.named(e);
    }
  }

  @Override
  public void close() throws StoreException {
    stored.close();
  }
}
