package dev.belay.jobs.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The wish to end before the job does, and why. The first one counts. Safe for many threads. */
final class Stop {
  private final CompletableFuture<CliException> reason = new CompletableFuture<>();

  /**
   * Asks to end.
   *
   * @return false if that had been asked before
   */
  boolean request(CliException why) {
    return reason.complete(why);
  }

  /** What to do as soon as there is a wish to end, on the thread that has it. */
  void onRequest(Runnable action) {
    var unused = reason.thenRun(action);
  }

  /** Null: go on. */
  @Nullable CliException reason() {
    return reason.getNow(null);
  }

  /**
   * Waits, at most until there is a wish to end.
   *
   * @return whether there is
   */
  boolean await(long millis) {
    try {
      reason.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
