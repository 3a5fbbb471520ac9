package dev.belay.worker;

import java.util.concurrent.locks.LockSupport;

/**
 * How long this process stood still at most: a thread of its own that does nothing but sleep, and
 * takes notice when it slept too long. That finds whatever stops all threads (a garbage collection,
 * another safepoint of the virtual machine, SIGSTOP, a suspended machine), needs no agent, and
 * costs ten wake-ups a second. A machine with far too few processors looks like that too, and is.
 * Thread-safe.
 */
final class PauseMeter implements AutoCloseable {
  private static final long NAP_NANOS = 100_000_000L;

  private final Thread thread = new Thread(this::run, "belay-pause-meter");
  private long wakeNanos;
  private long longestNanos;
  private volatile boolean closed;

  /** Measures from now on; without {@link #start} only what {@link #wokeAt} is told. */
  PauseMeter(long nowNanos) {
    wakeNanos = nowNanos + NAP_NANOS;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(this, NAP_NANOS);
      wokeAt(System.nanoTime());
    }
  }

  synchronized void wokeAt(long nowNanos) {
    note(nowNanos);
    wakeNanos = nowNanos + NAP_NANOS;
  }

  /** The longest pause since this was last asked, one that is just over included. */
  synchronized long takeLongestNanos(long nowNanos) {
    note(nowNanos);
    // The thread may have yet to wake from that pause; it is not to be told twice.
    wakeNanos = Math.max(wakeNanos, nowNanos);
    long longest = longestNanos;
    longestNanos = 0;
    return longest;
  }

  private void note(long nowNanos) {
    longestNanos = Math.max(longestNanos, nowNanos - wakeNanos);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
