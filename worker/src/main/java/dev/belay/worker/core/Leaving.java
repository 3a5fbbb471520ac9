package dev.belay.worker.core;

/** Whether the worker gives everything back and ends, and how long it may take over it. */
final class Leaving {
  private static final long NANOS = 1_000_000L;

  private final long budgetMillis;
  private boolean begun;
  private long byNanos;

  Leaving(long budgetMillis) {
    this.budgetMillis = budgetMillis;
  }

  /** Returns whether this is the first time. */
  boolean begin(long nowNanos) {
    boolean first = !begun;
    if (first) {
      begun = true;
      byNanos = nowNanos + budgetMillis * NANOS;
    }
    return first;
  }

  boolean begun() {
    return begun;
  }

  /** Whether the time that it may take has passed. */
  boolean over(long nowNanos) {
    return begun && nowNanos - byNanos >= 0;
  }

  /** The deadline given, or its own if that is sooner. */
  long earlier(long deadlineNanos) {
    return begun && byNanos - deadlineNanos < 0 ? byNanos : deadlineNanos;
  }

  /** How it ended when the time was over, for people. */
  String inPart(int running) {
    return "drained in part: after "
        + budgetMillis
        + " ms "
        + running
        + " tasks were still running; they resume elsewhere from their latest checkpoints";
  }
}
