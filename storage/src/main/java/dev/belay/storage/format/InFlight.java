package dev.belay.storage.format;

import java.util.concurrent.TimeUnit;

/**
 * How many bytes may be under way between a state and the store at a time, all checkpoints of a
 * process together, so that its memory is bounded however large they are. Thread-safe.
 */
public final class InFlight {
  private static final long PATIENCE_MILLIS = 100;

  private final long most;
  private long used;

  /** With room for so many bytes. */
  public InFlight(long most) {
    this.most = most;
  }

  /** Takes room if there is some; one that finds all of it free has it, however much it wants. */
  public synchronized boolean tryAcquire(long bytes) {
    if (used > 0 && used + bytes > most) {
      return false;
    }
    used += bytes;
    return true;
  }

  /** Waits until there is more room than before; false if there was none for a while. */
  public synchronized boolean awaitRoom() throws InterruptedException {
    long before = used;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    for (long left = PATIENCE_MILLIS; used >= before && used > 0 && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    return used < before;
  }

  /** Gives room back. */
  public synchronized void release(long bytes) {
    used -= bytes;
    notifyAll();
  }

  /** For those who look whether all has been given back. */
  public synchronized long used() {
    return used;
  }
}
