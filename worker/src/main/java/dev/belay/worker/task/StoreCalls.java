package dev.belay.worker.task;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Calls of the store for which an attempt does nothing but wait, and would lose nothing by leaving.
 * Where the store says nothing, that shows as waiting for it long before the call fails; and a
 * drain calls the thread back, so that the task goes on elsewhere. For the attempt's thread.
 */
final class StoreCalls {
  /** Silence after which nothing is waited for any more where the task is wanted elsewhere. */
  private static final Duration HANGS = Duration.ofSeconds(4);

  private final StoreWatch watch;
  private final Control control;

  StoreCalls(StoreWatch watch, Control control) {
    this.watch = watch;
    this.control = control;
  }

  /** Blocks; an interrupt ends it with a failure. */
  @FunctionalInterface
  interface Call<T, X extends Exception> {
    T run() throws X;
  }

  /**
   * @throws dev.belay.runtime.job.TaskStoppedError if it was called back
   */
  <T, X extends Exception> T await(Call<T, X> call) throws X {
    Waiting waiting = new Waiting(Thread.currentThread());
    watch.begin(waiting);
    try {
      T result = call.run();
      waiting.end();
      return result;
    } finally {
      watch.end(waiting);
      if (waiting.end()) {
        // What failed for that is no trouble of the store's.
        control.checkOrRelease();
      }
    }
  }

  /** A thread in a call. */
  private final class Waiting implements Consumer<Duration> {
    private final Thread thread;
    private boolean over;
    private boolean calledBack;

    Waiting(Thread thread) {
      this.thread = thread;
    }

    @Override
    public synchronized void accept(Duration silence) {
      if (over) {
        return;
      }
      if (silence.compareTo(StoreWatch.PATIENCE) >= 0) {
        control.troubles().awaitStore(true);
      }
      boolean unwanted = control.draining() || control.ending() != null;
      if (unwanted && silence.compareTo(HANGS) >= 0) {
        calledBack = true;
        thread.interrupt();
      }
    }

    /** Returns, once, whether it was called back; the interrupt is over with it. */
    synchronized boolean end() {
      over = true;
      boolean interrupted = calledBack;
      if (calledBack) {
        calledBack = false;
        boolean unused = Thread.interrupted();
      }
      return interrupted;
    }
  }
}
