package dev.belay.storage.segment;

import dev.belay.runtime.proto.ObjectRef;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectReader;
import dev.belay.storage.format.VerifiedChunks;
import java.io.InputStream;
import java.util.Objects;

/**
 * The content of a segment; no byte is given out before it was found to be the one that was
 * written. For one thread.
 */
public final class SegmentInput extends InputStream {
  private final VerifiedChunks chunks;
  private final long length;
  private byte[] chunk = new byte[0];
  private int position;

  private SegmentInput(VerifiedChunks chunks, long length) {
    this.chunks = chunks;
    this.length = length;
  }

  /**
   * Opens the segment that a reference names.
   *
   * @throws StoreException CORRUPT if it is another, MISSING if there is none
   */
  public static SegmentInput open(ObjectStore store, ObjectRef reference) throws StoreException {
    ObjectReader reader = ObjectReader.open(store, reference, ObjectKind.SEGMENT);
    if (reader.manifest().getSectionsCount() != 1) {
      throw new StoreException(
          Kind.CORRUPT, "segment " + reference.getKey() + " is unusable: its manifest is empty");
    }
    return new SegmentInput(
        reader.read(reader.manifest().getSections(0)), reader.manifest().getSegment().getBytes());
  }

  /** The number of bytes in all. */
  public long length() {
    return length;
  }

  @Override
  public int read() throws StoreException {
    return advance() ? chunk[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int count) throws StoreException {
    Objects.checkFromIndexSize(offset, count, to.length);
    if (count == 0) {
      return 0;
    }
    if (!advance()) {
      return -1;
    }
    int copied = Math.min(count, chunk.length - position);
    System.arraycopy(chunk, position, to, offset, copied);
    position += copied;
    return copied;
  }

  @Override
  public int available() {
    return chunk.length - position;
  }

  @Override
  public void close() throws StoreException {
    chunks.close();
  }

  private boolean advance() throws StoreException {
    if (position == chunk.length) {
      byte[] next = chunks.next();
      if (next == null) {
        return false;
      }
      chunk = next;
      position = 0;
    }
    return true;
  }
}
