package dev.belay.worker.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a partition's next checkpoint is due. One timer at a time: after a checkpoint was taken it
 * runs for an interval, after one failed for a pause. What falls due while a checkpoint is on the
 * way is due when that lands. Thread-safe.
 */
final class CheckpointSchedule {
  private final Ticker ticker;

  /** Called on any thread when a checkpoint is due and can be taken. */
  private final Runnable due;

  private Ticker.@Nullable Call timer;

  /** Each timer is worth something only while it is the latest. */
  private long armed;

  private boolean wanted;
  private boolean flying;
  private boolean closed;

  CheckpointSchedule(Ticker ticker, Runnable due) {
    this.ticker = ticker;
    this.due = due;
  }

  /** Begins the time to the next one anew. */
  synchronized void after(Duration duration) {
    idle();
    if (!closed) {
      long number = ++armed;
      timer = ticker.after(duration, () -> ring(number));
    }
  }

  /** Nothing is due until the time to the next one begins anew. */
  synchronized void idle() {
    wanted = false;
    disarm();
  }

  synchronized boolean isDue() {
    return wanted && !flying;
  }

  /** One is being taken. */
  synchronized void taken(Duration interval) {
    flying = true;
    after(interval);
  }

  /** It counts, or it never will. */
  void landed() {
    synchronized (this) {
      flying = false;
    }
    raise();
  }

  /** It failed: the next try is due after a pause. */
  synchronized void landedAfterFailure(Duration pause) {
    flying = false;
    after(pause);
  }

  /** It does not count, and the next one is due at once. */
  void landedInVain() {
    synchronized (this) {
      flying = false;
      wanted = true;
    }
    raise();
  }

  synchronized void close() {
    closed = true;
    idle();
  }

  private void ring(long number) {
    synchronized (this) {
      if (number != armed) {
        return;
      }
      timer = null;
      wanted = true;
    }
    raise();
  }

  private void raise() {
    if (isDue()) {
      due.run();
    }
  }

  private void disarm() {
    armed++;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
