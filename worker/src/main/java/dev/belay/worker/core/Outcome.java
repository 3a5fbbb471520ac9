package dev.belay.worker.core;

/**
 * How a worker's life ended.
 *
 * @param message one line for people: what happened, and how to mend it
 */
public record Outcome(Kind kind, String message) {
  public enum Kind {
    /** Everything was given back. */
    DRAINED,
    /** The budget for giving everything back was over; the rest recovers elsewhere. */
    DRAIN_TIMED_OUT,
    /** Closed by its own program, without giving anything back. */
    CLOSED,
    /** The coordinator was never reached. */
    UNREACHABLE,
    /** The coordinator does not want this worker; trying again will not help. */
    REJECTED,
    /** Another process joined under this worker's name. */
    SUPERSEDED,
    /** The cluster's store cannot be used from here, and waiting will not help. */
    STORE_UNUSABLE,
    /** A task ran out of memory, after which nobody knows what else in this process is broken. */
    OUT_OF_MEMORY,
    /** A bug ended its loop. */
    FAILED
  }

  /** Whether it ended as it was asked to. */
  public boolean asWanted() {
    return kind == Kind.DRAINED || kind == Kind.DRAIN_TIMED_OUT || kind == Kind.CLOSED;
  }
}
