package dev.belay.coordinator.mirror;

import dev.belay.coordinator.mirror.MirrorStore.Outcome;
import dev.belay.coordinator.mirror.MirrorStore.Wanted;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Copies objects to the mirror, several at a time; and remembers which the mirror has, as far back
 * as its memory goes. What it has forgotten is asked of the mirror again. For one thread, with a
 * pool behind it.
 */
final class Copies {
  private static final int REMEMBERED = 100_000;
  private static final int MOST_WAITING = 64;

  private final MirrorStore store;
  private final Persistence persistence;
  private final MirrorGauge gauge;
  private final ExecutorService pool;
  private final Deque<Future<?>> copying = new ArrayDeque<>();
  private final Deque<Future<?>> deleting = new ArrayDeque<>();
  private final Map<String, Outcome> failed = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, Boolean> known = Collections.synchronizedMap(new Recent());

  private static final class Recent extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > REMEMBERED;
    }
  }

  Copies(MirrorStore store, Persistence persistence, MirrorGauge gauge, ExecutorService pool) {
    this.store = store;
    this.persistence = persistence;
    this.gauge = gauge;
    this.pool = pool;
  }

  /** Whether the mirror is known to have it. */
  boolean has(String key) {
    return known.get(key) != null;
  }

  /** The mirror has it. */
  void found(String key) {
    known.put(key, true);
  }

  /** Begins to copy, unless the mirror is known to have it; waits while too many wait. */
  void begin(Wanted object) throws InterruptedException {
    if (has(object.key())) {
      return;
    }
    submit(
        copying,
        () -> {
          settled(object.key(), persistence.until(() -> store.copy(object)));
          gauge.copied(object.length());
          return true;
        });
  }

  private void settled(String key, Outcome outcome) {
    if (outcome == Outcome.COPIED) {
      known.put(key, true);
    } else {
      failed.put(key, outcome);
    }
  }

  /** Begins to delete from the mirror; waits while too many wait. */
  void delete(String key) throws InterruptedException {
    known.remove(key);
    submit(
        deleting,
        () -> {
          persistence.done(() -> store.delete(key));
          return true;
        });
  }

  private void submit(Deque<Future<?>> waiting, Callable<?> task) throws InterruptedException {
    if (waiting.size() >= MOST_WAITING) {
      await(waiting.remove());
    }
    waiting.add(pool.submit(task));
  }

  /** Waits for all that is copied; gives what could not be, and forgets it. */
  Map<String, Outcome> failures() throws InterruptedException {
    while (!copying.isEmpty()) {
      await(copying.remove());
    }
    Map<String, Outcome> failures = new LinkedHashMap<>(failed);
    failed.clear();
    return failures;
  }

  private static void await(Future<?> task) throws InterruptedException {
    try {
      task.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("copying to the mirror failed", cause);
    }
  }
}
