package dev.belay.worker.task;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * What one attempt does on threads that all attempts share: known, so that it can be told when the
 * last of it is over. Thread-safe.
 */
final class Background {
  private final Executor executor;
  private final Set<CompletableFuture<?>> running = new HashSet<>();
  private boolean closed;

  Background(Executor executor) {
    this.executor = executor;
  }

  /**
   * Runs it some time; what it throws comes out of the future, as it is. Fails with a
   * CancellationException once closed.
   */
  <T> CompletableFuture<T> submit(Callable<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    synchronized (this) {
      if (closed) {
        future.cancel(false);
        return future;
      }
      running.add(future);
    }
    try {
      executor.execute(() -> complete(future, work));
    } catch (RuntimeException e) {
      // Refused: the worker shuts down.
      future.completeExceptionally(e);
      left(future);
    }
    return future;
  }

  private <T> void complete(CompletableFuture<T> future, Callable<T> work) {
    try {
      future.complete(work.call());
    } catch (Throwable t) {
      future.completeExceptionally(t);
    } finally {
      left(future);
    }
  }

  private synchronized void left(CompletableFuture<?> future) {
    running.remove(future);
  }

  /** Takes nothing more; the future completes, normally, when nothing is left. */
  synchronized CompletableFuture<Void> close() {
    closed = true;
    return CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
        .exceptionally(failed -> null);
  }

  /** What was thrown, without what futures wrap it in. */
  static Throwable cause(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof CompletionException && cause != null ? cause : thrown;
  }
}
