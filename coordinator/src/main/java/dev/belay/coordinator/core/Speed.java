package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Progress;

/**
 * How fast a lease gets on, by what its worker's heartbeats say: over the last seconds, so that a
 * machine that has become slow is found out. Knows nothing of a job that reports no progress.
 */
final class Speed {
  /** Two words of a worker that are closer together than this tell nothing. */
  private static final long LEAST_NANOS = 300_000_000L;

  /** How much of the past counts, at least; at most twice as much. */
  private static final long WINDOW_NANOS = 5_000_000_000L;

  private final long sinceNanos;
  private boolean measured;

  /** Where the measure begins, and where it will begin when that is too long ago. */
  private long fromNanos;

  private double fromDone;
  private long nextNanos;
  private double nextDone;

  private long nowNanos;
  private double done;
  private double total;

  Speed(long nanos) {
    sinceNanos = nanos;
    nowNanos = nanos;
  }

  void observe(Progress progress, long nanos) {
    if (progress.getTotal() <= 0) {
      return;
    }
    nowNanos = Math.max(nowNanos, nanos);
    done = progress.getDone();
    total = progress.getTotal();
    if (!measured) {
      measured = true;
      begin();
    } else if (nowNanos - nextNanos >= WINDOW_NANOS) {
      fromNanos = nextNanos;
      fromDone = nextDone;
      nextNanos = nowNanos;
      nextDone = done;
    }
  }

  private void begin() {
    fromNanos = nowNanos;
    fromDone = done;
    nextNanos = nowNanos;
    nextDone = done;
  }

  /** Since the worker first spoke of it. */
  long elapsedNanos(long nanos) {
    return Math.max(0, nanos - sinceNanos);
  }

  /** Whether the job says how far it has come. */
  boolean measured() {
    return measured;
  }

  /** Whether it has said so for long enough. */
  boolean known() {
    return measured && nowNanos - fromNanos >= LEAST_NANOS;
  }

  /** Shares of the whole in a second; meaningful once it is known. */
  double rate() {
    return (done - fromDone) / total / ((nowNanos - fromNanos) / 1e9);
  }

  /** Until it is done, at this rate; infinite if it does not move; meaningful once it is known. */
  double secondsLeft(long nanos) {
    double left = Math.max(0, 1 - done / total);
    double rate = rate();
    if (left == 0) {
      return 0;
    }
    return rate <= 0
        ? Double.POSITIVE_INFINITY
        : Math.max(0, left / rate - Math.max(0, nanos - nowNanos) / 1e9);
  }
}
