package dev.belay.storage.s3;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For how long a server has said nothing to requests that wait for it, and taken nothing of them. A
 * slow one takes or gives a byte now and then; one that hangs does not. Thread-safe.
 */
final class Silence {
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();

  /** A request that waits for the server. */
  final class Wait implements AutoCloseable {
    private volatile long movedNanos = System.nanoTime();

    /** The server has taken or given something. */
    void moved() {
      movedNanos = System.nanoTime();
    }

    @Override
    public void close() {
      waits.remove(this);
    }
  }

  Wait begin() {
    Wait wait = new Wait();
    waits.add(wait);
    return wait;
  }

  /** Of the request that has waited longest; 0: none waits. */
  long nanos() {
    long now = System.nanoTime();
    long longest = 0;
    for (Wait wait : waits) {
      longest = Math.max(longest, now - wait.movedNanos);
    }
    return longest;
  }
}
