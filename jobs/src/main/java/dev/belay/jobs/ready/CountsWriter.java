package dev.belay.jobs.ready;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a run: words in the order of their bytes, each as its length, its letters and its count.
 * Both numbers are varints: seven bits a byte, the lowest first, the top bit on all but the last.
 * For one thread.
 */
final class CountsWriter implements CountsSink {
  private final OutputStream out;
  private final byte[] buffer = new byte[64 << 10];
  private int filled;
  private long written;

  /** Leaves it to the caller to close the stream. */
  CountsWriter(OutputStream out) {
    this.out = out;
  }

  @Override
  public void accept(byte[] bytes, int from, int to, long count) throws IOException {
    varint(to - from);
    if (to - from > buffer.length - filled) {
      flushBuffer();
    }
    if (to - from > buffer.length) {
      out.write(bytes, from, to - from);
      written += to - from;
    } else {
      System.arraycopy(bytes, from, buffer, filled, to - from);
      filled += to - from;
    }
    varint(count);
  }

  private void varint(long value) throws IOException {
    if (buffer.length - filled < 10) {
      flushBuffer();
    }
    long rest = value;
    while (rest > 0x7f) {
      buffer[filled++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[filled++] = (byte) rest;
  }

  /** Hands all that was accepted to the stream. */
  void flush() throws IOException {
    flushBuffer();
    out.flush();
  }

  private void flushBuffer() throws IOException {
    out.write(buffer, 0, filled);
    written += filled;
    filled = 0;
  }

  /** How many bytes the run has, once flushed. */
  long written() {
    return written;
  }
}
