package dev.belay.storage.checkpoint;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done, in order, one at a time, by whoever comes first: threads of an executor, or
 * one that waits for it. The first failure is that of all steps after it. Thread-safe.
 */
final class Steps {
  private static final long PATIENCE_MILLIS = 100;

  private final Executor executor;
  private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean working = new AtomicBoolean();

  // Guarded by this.
  private long changes;
  private @Nullable StoreException failure;

  Steps(Executor executor) {
    this.executor = executor;
  }

  /** Something to be done. */
  interface Step {
    void run() throws StoreException;

    /** In place of running it, after a failure. */
    default void skip() {}
  }

  /** For somebody else, once {@link #start} was called, or for who calls {@link #work}. */
  void add(Step step) {
    steps.add(step);
  }

  /** Has it done by the executor. */
  void start() {
    if (!steps.isEmpty() && !working.get()) {
      try {
        executor.execute(
            () -> {
              boolean unused = work();
            });
      } catch (RejectedExecutionException e) {
        // Whoever waits for it will do it.
      }
    }
  }

  /** Does what nobody else does; returns whether there was any. */
  boolean work() {
    boolean some = false;
    while (!steps.isEmpty() && working.compareAndSet(false, true)) {
      try {
        for (Step step = steps.poll(); step != null; step = steps.poll()) {
          run(step);
          some = true;
        }
      } finally {
        working.set(false);
      }
    }
    return some;
  }

  /** Does it unless some other thread is at it. */
  boolean help() {
    return !working.get() && work();
  }

  private void run(Step step) {
    try {
      if (failed()) {
        step.skip();
      } else {
        step.run();
      }
    } catch (StoreException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      fail(new StoreException(Kind.UNAVAILABLE, "the checkpoint could not be packed: " + e, e));
    }
    changed();
  }

  /** All that is not done yet is skipped. */
  synchronized void fail(StoreException cause) {
    if (failure == null) {
      failure = cause;
    }
    changed();
  }

  private synchronized boolean failed() {
    return failure != null;
  }

  /** Throws a new exception each time: several may meet on their way. */
  synchronized void checkFailure() throws StoreException {
    if (failure != null) {
      throw new StoreException(failure.kind(), String.valueOf(failure.getMessage()), failure);
    }
  }

  /** Something is there that somebody may wait for. */
  synchronized void changed() {
    changes++;
    notifyAll();
  }

  synchronized long changes() {
    return changes;
  }

  /** Waits for a change; false if there was none for a while. */
  synchronized boolean await(long seen) throws StoreException {
    try {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
      for (long left = PATIENCE_MILLIS; changes == seen && left > 0; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNAVAILABLE, "interrupted while the checkpoint was stored", e);
    }
    return changes != seen;
  }
}
