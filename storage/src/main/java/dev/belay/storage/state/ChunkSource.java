package dev.belay.storage.state;

import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** The bytes of a list of pieces. */
final class ChunkSource extends InputStream {
  private final Iterator<byte[]> rest;
  private byte[] chunk = new byte[0];
  private int position;

  ChunkSource(List<byte[]> chunks) {
    this.rest = chunks.iterator();
  }

  @Override
  public int read() {
    return advance() ? chunk[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!advance()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, bytes, offset, count);
    position += count;
    return count;
  }

  private boolean advance() {
    while (position == chunk.length && rest.hasNext()) {
      chunk = rest.next();
      position = 0;
    }
    return position < chunk.length;
  }
}
