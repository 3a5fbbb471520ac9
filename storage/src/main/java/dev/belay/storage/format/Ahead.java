package dev.belay.storage.format;

import dev.belay.storage.StoreException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a few pieces of work ahead, on other cores, and gives their results in order. How many
 * bounds the memory. For one thread: when the oldest piece has not begun by the time that it is
 * wanted, this thread does it, so a busy or stopped executor slows the work down but cannot stop
 * it.
 */
public final class Ahead<T> {
  /** For work that waits more than it works. */
  static final int MOST = 16;

  private final Executor executor;
  private final int window;
  private final Deque<FutureTask<T>> pieces = new ArrayDeque<>();

  /** As many pieces as keep all processors busy. */
  public Ahead(Executor executor) {
    this(executor, Math.min(MOST, Runtime.getRuntime().availableProcessors() + 1));
  }

  /** So many pieces at a time. */
  public Ahead(Executor executor, int window) {
    this.executor = executor;
    this.window = window;
  }

  /** Whether {@link #take} is due before the next {@link #add}. */
  public boolean full() {
    return pieces.size() >= window;
  }

  public boolean isEmpty() {
    return pieces.isEmpty();
  }

  public void add(Callable<T> work) {
    FutureTask<T> piece = new FutureTask<>(work);
    pieces.add(piece);
    try {
      executor.execute(piece);
    } catch (RejectedExecutionException e) {
      piece.run();
    }
  }

  /** The result of the oldest piece of work. Waits through interrupts: a piece is short. */
  public T take() throws StoreException {
    FutureTask<T> oldest = pieces.remove();
    oldest.run();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return oldest.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * As {@link #take}, of pieces that may take for ever: an interrupt ends all of them, and this.
   *
   * @throws StoreException UNAVAILABLE if interrupted; this thread stays interrupted
   */
  public T takeUnlessInterrupted() throws StoreException {
    FutureTask<T> oldest = pieces.remove();
    oldest.run();
    try {
      return oldest.get();
    } catch (InterruptedException e) {
      oldest.cancel(true);
      pieces.forEach(piece -> piece.cancel(true));
      pieces.clear();
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted", e);
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    }
  }

  private static StoreException unwrapped(@Nullable Throwable cause) {
    if (cause instanceof StoreException known) {
      return known;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException(cause);
  }
}
