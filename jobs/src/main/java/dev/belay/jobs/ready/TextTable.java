package dev.belay.jobs.ready;

import java.io.IOException;
import java.io.OutputStream;

/** Writes rows of {@code word<TAB>count<LF>}. For one thread. */
final class TextTable implements CountsSink {
  private static final int LONGEST_NUMBER = 20;

  private final OutputStream out;
  private final byte[] buffer = new byte[64 << 10];
  private int filled;
  private long rows;

  /** Leaves it to the caller to close the stream. */
  TextTable(OutputStream out) {
    this.out = out;
  }

  @Override
  public void accept(byte[] bytes, int from, int to, long count) throws IOException {
    int length = to - from;
    if (buffer.length - filled < length + LONGEST_NUMBER + 2) {
      flushBuffer();
    }
    if (buffer.length < length + LONGEST_NUMBER + 2) {
      out.write(bytes, from, length);
    } else {
      System.arraycopy(bytes, from, buffer, filled, length);
      filled += length;
    }
    buffer[filled++] = '\t';
    number(count);
    buffer[filled++] = '\n';
    rows++;
  }

  private void number(long value) {
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = value;
    for (int i = filled + digits - 1; i >= filled; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    filled += digits;
  }

  long rows() {
    return rows;
  }

  /** Hands all rows to the stream. */
  void flush() throws IOException {
    flushBuffer();
    out.flush();
  }

  private void flushBuffer() throws IOException {
    out.write(buffer, 0, filled);
    filled = 0;
  }
}
