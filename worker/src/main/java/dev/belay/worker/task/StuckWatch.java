package dev.belay.worker.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a partition's code has passed no safe point for as long as the job allows.
 *
 * <p>A safe point that nothing is wanted at leaves no trace, so now and then (ten times in the time
 * allowed) one is wanted for this alone; what is measured begins then. So code that hangs is found
 * after the time allowed and a tenth more at most, and none earlier. Time that the worker itself
 * takes (restoring, waiting for the store or an answer) does not count: it is not the code that
 * hangs. Thread-safe.
 */
final class StuckWatch implements Control.Waits {
  private static final int LOOKS = 10;

  private final Duration allowed;
  private final Ticker ticker;
  private final Runnable want;
  private final Runnable stuck;
  private Ticker.@Nullable Call call;

  /** Each call is worth something only while it is the latest. */
  private long armed;

  private int waits;
  private boolean closed;

  /**
   * @param allowed zero: no end of it
   * @param want makes the next safe point call {@link #passed}
   * @param stuck what to do, on the ticker's thread, once
   */
  StuckWatch(Duration allowed, Ticker ticker, Runnable want, Runnable stuck) {
    this.allowed = allowed;
    this.ticker = ticker;
    this.want = want;
    this.stuck = stuck;
  }

  /** The job's code has control, and has just shown that it lives. */
  synchronized void passed() {
    disarm();
    if (waits == 0) {
      after(allowed.dividedBy(LOOKS), this::look);
    }
  }

  @Override
  public synchronized void begin() {
    waits++;
    disarm();
  }

  @Override
  public synchronized void end() {
    waits--;
    passed();
  }

  synchronized void close() {
    closed = true;
    disarm();
  }

  private synchronized void look() {
    after(allowed, this::ring);
    want.run();
  }

  private void ring() {
    close();
    stuck.run();
  }

  /** Calls back with the lock, unless something came in between. */
  private void after(Duration delay, Runnable action) {
    if (closed || allowed.isZero()) {
      return;
    }
    long number = ++armed;
    call =
        ticker.after(
            delay,
            () -> {
              synchronized (this) {
                if (number == armed && !closed) {
                  action.run();
                }
              }
            });
  }

  private void disarm() {
    armed++;
    if (call != null) {
      call.cancel();
      call = null;
    }
  }
}
