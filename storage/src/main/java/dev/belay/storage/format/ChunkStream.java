package dev.belay.storage.format;

import dev.belay.runtime.proto.StoredChunk;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames of chunks in order, with one open stream as long as they lie side by side. What it
 * returns is not verified yet: {@link PackedChunk#unpack} does that, on any thread. For one thread.
 */
final class ChunkStream implements AutoCloseable {
  private final ObjectStore store;
  private final String own;
  private final List<String> references;
  private final Iterator<StoredChunk> chunks;
  private @Nullable InputStream in;
  private int object;
  private long position;

  ChunkStream(ObjectStore store, String own, List<String> references, List<StoredChunk> chunks) {
    this.store = store;
    this.own = own;
    this.references = references;
    this.chunks = chunks.iterator();
  }

  /** The next chunk as stored, or null at the end. */
  @Nullable PackedChunk next() throws StoreException {
    if (!chunks.hasNext()) {
      return null;
    }
    StoredChunk chunk = chunks.next();
    try {
      byte[] frame = Reading.exactly(at(chunk), chunk.getStoredLength());
      position += frame.length;
      return new PackedChunk(frame, chunk);
    } catch (IOException e) {
      throw Reading.failed(e);
    }
  }

  @Override
  public void close() throws StoreException {
    InputStream open = in;
    in = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw Reading.failed(e);
      }
    }
  }

  private InputStream at(StoredChunk chunk) throws StoreException {
    InputStream open = in;
    if (open == null || object != chunk.getObject() || position != chunk.getOffset()) {
      close();
      object = chunk.getObject();
      position = chunk.getOffset();
      open = store.open(object == 0 ? own : references.get(object - 1), position);
      in = open;
    }
    return open;
  }
}
