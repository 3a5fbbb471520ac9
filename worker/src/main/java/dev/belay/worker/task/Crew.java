package dev.belay.worker.task;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads that attempts run on. One that is through with an attempt takes the next, under that
 * one's name: to begin a thread takes longer than many a partition. Thread-safe.
 */
final class Crew implements AutoCloseable {
  private static final String IDLE = "belay-idle";

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          action -> {
            Thread thread = new Thread(action, IDLE);
            thread.setDaemon(true);
            return thread;
          });

  /** Lives an attempt on a thread of that name; what is left of interrupts ends with it. */
  void live(String name, Runnable attempt) {
    threads.execute(
        () -> {
          Thread thread = Thread.currentThread();
          thread.setName(name);
          try {
            attempt.run();
          } finally {
            thread.setName(IDLE);
            Thread.interrupted();
          }
        });
  }

  /** Those at work go on; a thread that becomes idle ends. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
