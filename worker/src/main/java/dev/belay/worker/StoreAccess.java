package dev.belay.worker;

import dev.belay.storage.StoreException;
import dev.belay.worker.task.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the store can be used from here. Nobody asks while all goes well. Once something has
 * failed, or has waited long for a word of the store, the store is tried out soon after, and again
 * every few seconds until it can be used: what counts is what these tries say, since one failure
 * may have been a moment's, and whoever holds no work would never find out that the store is back.
 * Thread-safe.
 */
final class StoreAccess {
  private static final Logger log = LoggerFactory.getLogger(StoreAccess.class);

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(5);

  /** Silence that is trouble, long before a request fails for it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** One try; blocks as long as the store takes. */
  @FunctionalInterface
  interface Probe {
    void run() throws StoreException;
  }

  private final String where;
  private final Supplier<Duration> silence;
  private final Probe probe;
  private final Ticker ticker;
  private final Executor background;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile String trouble = "";

  /**
   * @param where the store is, for people
   * @param silence for how long it has said nothing to who waits for it
   * @param background runs the tries
   */
  StoreAccess(
      String where, Supplier<Duration> silence, Probe probe, Ticker ticker, Executor background) {
    this.where = where;
    this.silence = silence;
    this.probe = probe;
    this.ticker = ticker;
    this.background = background;
  }

  /** Why it cannot be used, in one line; empty: it can, as far as is known. */
  String trouble() {
    if (trouble.isEmpty() && silence.get().compareTo(PATIENCE) >= 0) {
      failed("%s has not answered for over %d s".formatted(where, PATIENCE.toSeconds()));
    }
    return trouble;
  }

  /** Something failed that would succeed if the store could be used. */
  void failed() {
    if (looking.compareAndSet(false, true)) {
      lookAfter(SOON);
    }
  }

  /** The same, of a try. */
  void failed(String why) {
    tell(why);
    failed();
  }

  private void lookAfter(Duration pause) {
    try {
      var unused = ticker.after(pause, this::look);
    } catch (RejectedExecutionException e) {
      log.debug("the worker shuts down");
    }
  }

  private void look() {
    try {
      background.execute(this::tryOut);
    } catch (RejectedExecutionException e) {
      log.debug("the worker shuts down");
    }
  }

  private void tryOut() {
    try {
      probe.run();
    } catch (StoreException e) {
      tell(String.valueOf(e.getMessage()));
      lookAfter(LATER);
      return;
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        log.debug("the worker shuts down", e);
        return;
      }
      log.warn("the store cannot be tried out", e);
    }
    if (!trouble.isEmpty()) {
      log.info("the store can be used again");
    }
    trouble = "";
    looking.set(false);
  }

  private void tell(String why) {
    if (trouble.isEmpty()) {
      log.warn("the store cannot be used from here: {}", why);
    }
    trouble = why;
  }
}
