package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads of a cycle at any position, through a window so that small ones cost no system call. Plain
 * reads and no mapping: a damaged or shortened file then gives an exception and not a fault.
 */
final class CycleWindow implements AutoCloseable {
  private static final int WINDOW_BYTES = 1 << 16;

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(WINDOW_BYTES).asReadOnlyBuffer();

  private final CycleBytes bytes;
  private final long size;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long start;

  /** Closes the bytes when it is closed. */
  CycleWindow(CycleBytes bytes) throws IOException {
    this.bytes = bytes;
    this.size = bytes.size();
  }

  long size() {
    return size;
  }

  /** Whether that many bytes lie at the position. */
  boolean has(long position, long length) {
    return length <= size - position;
  }

  /** The four bytes there as Chronicle writes numbers, the low byte first. */
  int intAt(long position) throws IOException {
    return window.getInt(at(position, Integer.BYTES));
  }

  /** A caller has checked the length against {@link #has} and a limit of its own. */
  byte[] bytesAt(long position, int length) throws IOException {
    byte[] read = new byte[length];
    if (length <= WINDOW_BYTES) {
      window.get(at(position, length), read);
    } else if (!bytes.read(ByteBuffer.wrap(read), position)) {
      throw new IOException("shorter than it was");
    }
    return read;
  }

  /** The first position from here on with another byte than zero, or the size. */
  long firstWritten(long from) throws IOException {
    for (long position = from; position < size; position += window.limit()) {
      fill(position, 1);
      int written = window.mismatch(ZEROS.slice(0, window.limit()));
      if (written >= 0) {
        return position + written;
      }
    }
    return size;
  }

  private int at(long position, int length) throws IOException {
    if (position < start || position + length > start + window.limit()) {
      fill(position, length);
    }
    return (int) (position - start);
  }

  private void fill(long position, int length) throws IOException {
    start = position;
    window.clear().limit((int) Math.min(WINDOW_BYTES, size - position));
    boolean whole = bytes.read(window, position);
    window.limit(window.position()).position(0);
    if (!whole || window.limit() < length) {
      throw new IOException("shorter than it was");
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
