package dev.belay.worker.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a task is wanted at a safe point and does not come: says so once, with the place
 * where its thread is, and shows it as trouble until it comes. Thread-safe.
 */
final class SafePointWatch {
  private static final Logger log = LoggerFactory.getLogger(SafePointWatch.class);

  private final String task;
  private final Thread thread;
  private final Duration patience;
  private final Ticker ticker;
  private final Troubles troubles;
  private Ticker.@Nullable Call alarm;

  /** Each alarm is worth something only while it is the latest. */
  private long armed;

  private boolean closed;

  SafePointWatch(String task, Thread thread, Duration patience, Ticker ticker, Troubles troubles) {
    this.task = task;
    this.thread = thread;
    this.patience = patience;
    this.ticker = ticker;
    this.troubles = troubles;
  }

  /** The task should come to a safe point from now on. */
  synchronized void expect() {
    if (alarm == null && !closed) {
      long number = ++armed;
      alarm = ticker.after(patience, () -> ring(number));
    }
  }

  /** It came, or need not any more. */
  synchronized void passed() {
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
      armed++;
      troubles.clear(Troubles.Kind.SAFE_POINT);
    }
  }

  /** Nothing is expected any more. */
  synchronized void close() {
    closed = true;
    passed();
  }

  private synchronized void ring(long number) {
    if (number != armed) {
      return;
    }
    String trouble =
        "no safe point for "
            + patience.toSeconds()
            + " s, so a crash would cost that much and more: call task.checkpoint(state) more often"
            + " in the loop";
    log.warn("{}: {}; it is here:{}", task, trouble, StackTraces.of(thread));
    troubles.setLogged(Troubles.Kind.SAFE_POINT, trouble);
  }
}
