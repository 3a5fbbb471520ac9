package dev.belay.storage.s3;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * For how long a server has said nothing to requests that wait for it, and taken nothing of them. A
 * slow one takes or gives a byte now and then, or answers another request meanwhile; one that hangs
 * does not. Thread-safe.
 */
final class Silence {
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private volatile long answeredNanos = System.nanoTime();

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

  /** It has answered one of them. */
  void answered() {
    answeredNanos = System.nanoTime();
  }

  /** Of the request that has waited longest, while none was answered; 0: none waits. */
  long nanos() {
    long now = System.nanoTime();
    long sinceAnswer = Math.max(0, now - answeredNanos);
    long longest = 0;
    for (Wait wait : waits) {
      longest = Math.max(longest, Math.min(sinceAnswer, now - wait.movedNanos));
    }
    return longest;
  }
}
