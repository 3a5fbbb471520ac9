package dev.belay.storage.format;

import dev.belay.storage.StoreException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * Runs a few pieces of work ahead, on other cores, and gives their results in order. How many
 * bounds the memory. For one thread; a thread that waits helps with the work, so that a busy pool
 * slows it down but cannot stop it.
 */
public final class Ahead<T> {
  private final ForkJoinPool pool;
  private final int window;
  private final Deque<ForkJoinTask<T>> running = new ArrayDeque<>();

  public Ahead(ForkJoinPool pool) {
    this.pool = pool;
    this.window = pool.getParallelism() + 1;
  }

  /** Whether {@link #take} is due before the next {@link #add}. */
  public boolean full() {
    return running.size() >= window;
  }

  public boolean isEmpty() {
    return running.isEmpty();
  }

  public void add(Callable<T> work) {
    running.add(pool.submit(work));
  }

  /** The result of the oldest piece of work. */
  public T take() throws StoreException {
    ForkJoinTask<T> oldest = running.remove();
    oldest.quietlyJoin();
    Throwable failure = oldest.getException();
    if (failure != null) {
      throw unwrapped(failure);
    }
    return oldest.getRawResult();
  }

  /** The pool wraps what the work threw. */
  private static StoreException unwrapped(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StoreException known) {
        return known;
      }
      if (cause instanceof Error error) {
        throw error;
      }
    }
    throw new IllegalStateException(failure);
  }
}
