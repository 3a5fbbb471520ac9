package dev.belay.worker.task;

import dev.belay.runtime.time.Now;
import java.time.Duration;

/** What time it is, and a call later: all that running tasks know of time. For many threads. */
public interface Ticker {
  Now now();

  /**
   * Runs an action once, when the delay is over, on a thread that everyone shares: it must be short
   * and must not block.
   */
  Call after(Duration delay, Runnable action);

  /** An action that may still be called off. */
  @FunctionalInterface
  interface Call {
    /** Without effect once the action runs. */
    void cancel();
  }
}
