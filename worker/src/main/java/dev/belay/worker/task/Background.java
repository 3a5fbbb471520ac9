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
  private final StoreWatch watch;
  private final Set<CompletableFuture<?>> running = new HashSet<>();
  private boolean closed;

  /**
   * @param watch is told of what goes on: all of it needs the store
   */
  Background(Executor executor, StoreWatch watch) {
    this.executor = executor;
    this.watch = watch;
  }

  /** Of the store that all of it needs. */
  StoreWatch watch() {
    return watch;
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
    T done;
    watch.begin();
    try {
      done = work.call();
    } catch (Throwable t) {
      watch.end();
      future.completeExceptionally(t);
      left(future);
      return;
    }
    watch.end();
    future.complete(done);
    left(future);
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
