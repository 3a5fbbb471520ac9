package dev.belay.worker.link;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be told to the core, and whose turn it is to do so. One thread at a time has the
 * turn: mostly the loop's own, which sleeps while there is nothing to do. With partitions of a
 * millisecond to wake it would cost more than the work, and to wake the task's thread again for the
 * next one as much. So what can wait a moment does not wake a loop that is to wake soon anyway, and
 * a thread that has just come to the end of its own work takes the turn itself. Thread-safe.
 *
 * @param <I> an input
 */
final class Inputs<I> {
  /** How long what can wait may have to. */
  private static final long MOMENT_NANOS = Outgoing.PAUSE_NANOS;

  /** What is done in a turn, with everything that waits. */
  interface Turn {
    /**
     * @return when the next turn is due, on the monotonic clock
     */
    long take();
  }

  private final Queue<I> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock turn = new ReentrantLock();
  private final Thread sleeper;
  private final LongSupplier clock;
  private volatile boolean asleep;
  private volatile long wakesNanos;

  /**
   * @param sleeper the thread that calls {@link #takeTurn} and {@link #sleep}
   * @param clock the monotonic one, in nanoseconds
   */
  Inputs(Thread sleeper, LongSupplier clock) {
    this.sleeper = sleeper;
    this.clock = clock;
  }

  /** For who has the turn: the next one; null if nothing waits. */
  @Nullable I poll() {
    return waiting.poll();
  }

  /** To be told at once. */
  void put(I input) {
    waiting.add(input);
    wake();
  }

  /** To be told in a moment, with what else comes until then. */
  void putLazily(I input) {
    waiting.add(input);
    wakeUnlessSoon(clock.getAsLong() + MOMENT_NANOS);
  }

  /** To be told by the calling thread, unless another is at it; that one does it then. */
  void putAndTake(I input, Turn what) {
    waiting.add(input);
    // Who comes while this thread has the turn leaves it to this thread, so it looks once more.
    while (!waiting.isEmpty() && turn.tryLock()) {
      long due;
      try {
        due = what.take();
      } finally {
        turn.unlock();
      }
      wakeUnlessSoon(due);
    }
  }

  /** For the loop's own thread: waits for the turn. */
  long takeTurn(Turn what) {
    turn.lock();
    try {
      return what.take();
    } finally {
      turn.unlock();
    }
  }

  /** For the loop's own thread: returns when the time has come, or when something waits. */
  void sleep(long untilNanos) throws InterruptedException {
    wakesNanos = untilNanos;
    asleep = true;
    // Whoever puts something after this look sees that this thread is asleep.
    while (asleep && waiting.isEmpty()) {
      long nanos = untilNanos - clock.getAsLong();
      if (nanos <= 0) {
        break;
      }
      LockSupport.parkNanos(this, nanos);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    asleep = false;
  }

  private void wakeUnlessSoon(long dueNanos) {
    if (wakesNanos - dueNanos > 0) {
      wake();
    }
  }

  private void wake() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(sleeper);
    }
  }
}
