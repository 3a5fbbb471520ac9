package dev.belay.worker.core;

import dev.belay.runtime.proto.FromWorker;

/**
 * When to ask for the whole desired set: once the worker's own differs, or a message was lost, and
 * again as long as no matching set has come, each time after twice the wait (1 s to 60 s), so that
 * two parties that cannot agree do not flood each other.
 */
final class Resync {
  static final FromWorker REQUEST =
      FromWorker.newBuilder()
          .setResync(dev.belay.runtime.proto.Resync.getDefaultInstance())
          .build();

  private static final long FIRST_WAIT_NANOS = 1_000_000_000L;
  private static final long LAST_WAIT_NANOS = 60_000_000_000L;

  private boolean lost;
  private boolean differs;
  private boolean asked;
  private long askedAtNanos;
  private long waitNanos = FIRST_WAIT_NANOS;

  /** A message, perhaps one about the set, never came. */
  void messageLost() {
    lost = true;
  }

  /** The coordinator spoke of the set: equal sets prove that nothing is missing. */
  void compared(boolean equal) {
    differs = !equal;
    if (equal) {
      lost = false;
      waitNanos = FIRST_WAIT_NANOS;
    }
  }

  /** The set changed here, by an answer that explains what was told about it before. */
  void comparedAgain(boolean equal) {
    differs &= !equal;
  }

  /** Whether to ask now; if so, it counts as asked. */
  boolean takeDue(long nowNanos) {
    if (!(lost || differs) || (asked && nowNanos - askedAtNanos < waitNanos)) {
      return false;
    }
    if (asked) {
      waitNanos = Math.min(LAST_WAIT_NANOS, 2 * waitNanos);
    }
    asked = true;
    askedAtNanos = nowNanos;
    return true;
  }
}
