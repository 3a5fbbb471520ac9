package dev.belay.worker.task;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The threads that attempts run on. One that is through with an attempt takes the next, under that
 * one's name: to begin a thread takes longer than many a partition. Thread-safe.
 */
final class Crew implements AutoCloseable {
  private static final String IDLE = "belay-idle";

  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          action -> {
            Thread thread = new Thread(action);
            thread.setDaemon(true);
            asNew(thread);
            return thread;
          });

  /**
   * Lives an attempt on a thread of that name. Whatever its code made of the thread ends with it,
   * but for thread locals, which cannot be taken away from a thread.
   */
  void live(String name, Runnable attempt) {
    threads.execute(
        () -> {
          Thread thread = Thread.currentThread();
          thread.setName(name);
          try {
            attempt.run();
          } finally {
            asNew(thread);
            Thread.interrupted();
          }
        });
  }

  private void asNew(Thread thread) {
    thread.setName(IDLE);
    thread.setPriority(Thread.NORM_PRIORITY);
    thread.setContextClassLoader(loader);
    thread.setUncaughtExceptionHandler(null);
  }

  /** Those at work go on; a thread that becomes idle ends. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
