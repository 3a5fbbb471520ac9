package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.TaskReleased;

/** What follows from why a lease ended: kinds that are counted apart. */
final class Causes {
  /** Whose doing it was. */
  enum Kind {
    /** The job's code: burns the budget of attempts. */
    ERROR,
    /** The worker went away. */
    LOSS,
    /** The worker leaves in order; the task moves. */
    DRAIN,
    /** The coordinator asked for it: see {@link Yields}. */
    YIELD,
    /** It never began where it was. */
    UNBEGUN
  }

  private Causes() {}

  static Kind kind(Cause cause) {
    return switch (cause) {
      case APPLICATION_ERROR, STUCK, NO_MEMORY -> Kind.ERROR;
      case CONNECTION_LOST, HEARTBEAT_TIMEOUT, WORKER_RESTARTED, REGION_LOST -> Kind.LOSS;
      case DRAINED -> Kind.DRAIN;
      case PREEMPTED, PAUSED, SPLIT, STOPPED, RESTORED, STORE_UNREACHABLE -> Kind.YIELD;
      case NO_SLOT, OLD_THREAD -> Kind.UNBEGUN;
      case CAUSE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("a lease ended for no known cause");
    };
  }

  /** Whether it may have killed its worker, or would have: it is kept away from others. */
  static boolean deadly(Cause cause) {
    return kind(cause) == Kind.LOSS || cause == Cause.NO_MEMORY;
  }

  /** Whether nothing broke: the task waits like one that never ran, and no recovery is timed. */
  static boolean harmless(Cause cause) {
    return switch (kind(cause)) {
      case YIELD, UNBEGUN -> true;
      case ERROR, LOSS, DRAIN -> false;
    };
  }

  /** Of what is harmless: whether the task only goes elsewhere; a recovery under way goes on. */
  static boolean movesOn(Cause cause) {
    return kind(cause) == Kind.UNBEGUN || cause == Cause.STORE_UNREACHABLE;
  }

  /** Whether the holder knows, since it said so itself. */
  static boolean holderKnows(TaskReleased event) {
    return switch (kind(event.getCause())) {
      case ERROR, DRAIN, UNBEGUN -> true;
      case LOSS -> false;
      case YIELD -> !event.getRevoked();
    };
  }
}
