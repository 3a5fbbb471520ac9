package dev.belay.storage.format;

import dev.belay.storage.StoreException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes of a section as a stream; none is given out before it was found to be the one that was
 * written. For one thread.
 */
public final class SectionInput extends InputStream {
  private final VerifiedChunks chunks;
  private byte[] chunk = new byte[0];
  private int position;

  /** Closes the chunks when it is closed. */
  public SectionInput(VerifiedChunks chunks) {
    this.chunks = chunks;
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
  public void close() {
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
