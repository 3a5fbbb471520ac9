package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads of a cycle file at any position, through a window so that small ones cost no system call.
 * Plain reads and no mapping: a damaged or shortened file then gives an exception and not a fault.
 */
final class CycleWindow implements AutoCloseable {
  private static final int WINDOW_BYTES = 1 << 16;

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(WINDOW_BYTES).asReadOnlyBuffer();

  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long start;

  private CycleWindow(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  static CycleWindow open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new CycleWindow(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
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
    byte[] bytes = new byte[length];
    if (length <= WINDOW_BYTES) {
      window.get(at(position, length), bytes);
    } else if (!Durable.readFully(channel, ByteBuffer.wrap(bytes), position)) {
      throw new IOException("shorter than it was");
    }
    return bytes;
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
    boolean whole = Durable.readFully(channel, window, position);
    window.limit(window.position()).position(0);
    if (!whole || window.limit() < length) {
      throw new IOException("shorter than it was");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
