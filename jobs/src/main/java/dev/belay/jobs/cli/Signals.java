package dev.belay.jobs.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/**
 * The signals that ask a process to end. A shutdown hook would not do: the exit code would tell of
 * the signal rather than of a clean end, and a second signal would go unheard.
 */
final class Signals {
  private static final String[] ENDING = {"INT", "TERM", "HUP"};

  /** What sends a signal to a process and then to its group, as timeout(1) does, asks once. */
  private static final long ONE_WISH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private Signals() {}

  /**
   * From now on, what to do when a signal asks this process to end.
   *
   * @param action given the signal's number, on a thread of its own, each time; what comes within
   *     250 ms of the last counts with it
   */
  static void onEnd(IntConsumer action) {
    AtomicLong last = new AtomicLong(System.nanoTime() - ONE_WISH_NANOS);
    for (String name : ENDING) {
      handle(
          name,
          number -> {
            long now = System.nanoTime();
            if (now - last.getAndSet(now) >= ONE_WISH_NANOS) {
              action.accept(number);
            }
          });
    }
  }

  /** Leaves these to whoever started this process. */
  static void ignore(String... names) {
    for (String name : names) {
      handle(name, number -> {});
    }
  }

  /** As shells have it. */
  static int exitCode(int signal) {
    return 128 + signal;
  }

  static void handle(String name, IntConsumer action) {
    try {
      Signal.handle(new Signal(name), signal -> action.accept(signal.getNumber()));
    } catch (IllegalArgumentException e) {
      // This system has no such signal, or the JVM was told to keep it (-Xrs): its default stands.
    }
  }
}
