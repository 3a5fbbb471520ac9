package dev.belay.worker.link;

import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Report;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on the link, in order. Reports that follow each other are gathered into one
 * message, until {@link #flush}: with partitions of a millisecond, messages would cost more than
 * the work. For one thread at a time.
 */
final class Outgoing {
  /** A message of more reports than this has gone far enough. */
  private static final int FULL_BYTES = 1 << 20;

  /** Reports that follow a message sooner than this wait for each other. */
  static final long PAUSE_NANOS = 2_000_000;

  private static final int FULL_REPORTS = 128;

  private final FromWorker.Builder gathered = FromWorker.newBuilder();
  private int bytes;
  private boolean everSent;
  private long sentNanos;
  private @Nullable Link link;

  /** What goes out from now on goes there; what was gathered is forgotten with the old link. */
  void use(@Nullable Link current) {
    clear();
    link = current;
  }

  void send(FromWorker message) {
    if (!message.hasReport()) {
      flush();
      out(message);
      return;
    }
    Report report = message.getReport();
    if (bytes > 0 && bytes + report.getSerializedSize() > FULL_BYTES) {
      flush();
    }
    gathered.addReports(report);
    bytes += report.getSerializedSize();
  }

  /** How long what was gathered may still wait. */
  long waitNanos(long nowNanos) {
    if (gathered.getReportsCount() == 0) {
      return Long.MAX_VALUE;
    }
    boolean full = gathered.getReportsCount() >= FULL_REPORTS;
    return full || !everSent ? 0 : Math.max(0, PAUSE_NANOS - (nowNanos - sentNanos));
  }

  /** Sends what was gathered, unless more should go with it. */
  void flushIfDue(long nowNanos) {
    if (waitNanos(nowNanos) <= 0) {
      flush();
      everSent = true;
      sentNanos = nowNanos;
    }
  }

  /** Sends what was gathered. */
  void flush() {
    if (gathered.getReportsCount() == 1) {
      out(FromWorker.newBuilder().setReport(gathered.getReports(0)).build());
    } else if (gathered.getReportsCount() > 1) {
      out(gathered.build());
    }
    clear();
  }

  private void clear() {
    gathered.clear();
    bytes = 0;
  }

  private void out(FromWorker message) {
    Link current = link;
    if (current != null) {
      current.send(message);
    }
  }
}
