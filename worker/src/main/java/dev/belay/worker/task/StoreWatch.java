package dev.belay.worker.task;

import dev.belay.storage.ObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows a store that does not answer as trouble before that has become a failure, which takes up to
 * minutes: the requests themselves go on waiting. Thread-safe.
 */
final class StoreWatch {
  /** Silence that is trouble. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofSeconds(2);

  private final ObjectStore store;
  private final Ticker ticker;
  private final Troubles troubles;
  private final List<Consumer<Duration>> told = new ArrayList<>();
  private int waiting;
  private Ticker.@Nullable Call look;

  StoreWatch(ObjectStore store, Ticker ticker, Troubles troubles) {
    this.store = store;
    this.ticker = ticker;
    this.troubles = troubles;
  }

  /** The task needs the store from now on, until this is {@link #end ended}. */
  synchronized void begin() {
    if (waiting++ == 0 && store.silence().isPresent()) {
      look = ticker.after(told.isEmpty() ? PATIENCE : LOOK, this::look);
    }
  }

  synchronized void end() {
    if (--waiting == 0) {
      if (look != null) {
        look.cancel();
        look = null;
      }
      troubles.clear(Troubles.Kind.SLOW);
    }
  }

  /**
   * As {@link #begin()}.
   *
   * @param silence is told at each look, on the ticker's thread, for how long the store is silent
   */
  synchronized void begin(Consumer<Duration> silence) {
    told.add(silence);
    begin();
  }

  synchronized void end(Consumer<Duration> silence) {
    told.remove(silence);
    end();
  }

  private synchronized void look() {
    if (waiting == 0) {
      return;
    }
    Duration silence = store.silence().orElse(Duration.ZERO);
    told.forEach(one -> one.accept(silence));
    if (silence.compareTo(PATIENCE) >= 0) {
      troubles.set(
          Troubles.Kind.SLOW,
          "the store %s has not answered for over %d s, and is waited for"
              .formatted(store.describe(), PATIENCE.toSeconds()));
    }
    look = ticker.after(LOOK, this::look);
  }
}
