package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Human;
import dev.belay.jobs.cli.view.Table;
import java.util.function.LongSupplier;

/**
 * How far something has come that reads much: a line at the bottom of the terminal that is drawn
 * again and again, once it takes longer than two seconds. Safe for use by many threads.
 */
final class Gauge implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 2_000;
  private static final long REDRAW_MILLIS = 200;
  private static final int BAR = 20;

  private final Output output;
  private final String what;
  private final long total;
  private final boolean shown;
  private final LongSupplier millis;
  private final long startMillis;
  private long done;
  private long bytes;
  private long drawnMillis;
  private boolean drawn;

  /**
   * @param what as in "verifying"
   * @param total what there is to be done in all, in the unit of {@link #more}; 0: not known
   */
  Gauge(Output output, String what, long total) {
    this(output, what, total, () -> System.nanoTime() / 1_000_000);
  }

  Gauge(Output output, String what, long total, LongSupplier millis) {
    this.output = output;
    this.what = what;
    this.total = total;
    this.millis = millis;
    shown = output.terminal().err();
    startMillis = millis.getAsLong();
  }

  /** So many bytes more, which are all that counts. */
  synchronized void more(long read) {
    bytes += read;
    done = bytes;
    draw();
  }

  /** So many bytes more, beside what is counted. */
  synchronized void read(long read) {
    bytes += read;
    draw();
  }

  /** So much is done by now. */
  synchronized void at(long now) {
    done = Math.max(done, now);
    draw();
  }

  synchronized long bytes() {
    return bytes;
  }

  private void draw() {
    long now = millis.getAsLong();
    if (shown && now - startMillis >= PATIENCE_MILLIS && now - drawnMillis >= REDRAW_MILLIS) {
      drawnMillis = now;
      drawn = true;
      output.redraw(Table.cut(line(), output.terminal().columns() - 1));
    }
  }

  private String line() {
    String read = Human.bytes(bytes) + " read";
    if (total <= 0) {
      return what + "  " + read;
    }
    int filled = (int) Math.min(BAR, BAR * done / total);
    String bar = "[" + "=".repeat(filled) + " ".repeat(BAR - filled) + "]";
    return what + " " + bar + " " + Human.share(done, total) + "  " + read;
  }

  /** Takes the line away. */
  @Override
  public synchronized void close() {
    if (drawn) {
      drawn = false;
      output.redraw("");
    }
  }
}
