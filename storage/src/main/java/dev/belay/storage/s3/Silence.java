package dev.belay.storage.s3;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * For how long a server has said nothing to requests that wait for it, and taken nothing of them. A
 * slow one takes or gives a byte now and then, or answers another request meanwhile; one that hangs
 * does not. A thread that waits in vain and is interrupted does not notice by itself: its
 * connection is closed for it. Thread-safe.
 */
final class Silence {
  /** A server that answers lets a thread notice soon enough that it was interrupted. */
  private static final long VAIN_NANOS = 2_000_000_000L;

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS);

  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile long answeredNanos = System.nanoTime();

  /** A request that waits for the server. */
  final class Wait implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final Runnable abort;
    private volatile long movedNanos = System.nanoTime();

    Wait(Runnable abort) {
      this.abort = abort;
    }

    /** The server has taken or given something. */
    void moved() {
      movedNanos = System.nanoTime();
    }

    @Override
    public void close() {
      waits.remove(this);
    }
  }

  /**
   * This thread waits from now on.
   *
   * @param abort ends its waiting with a failure; any thread
   */
  Wait begin(Runnable abort) {
    Wait wait = new Wait(abort);
    waits.add(wait);
    look();
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

  /** As long as somebody waits. */
  private void look() {
    if (!waits.isEmpty() && looking.compareAndSet(false, true)) {
      LATER.execute(this::freeInterrupted);
    }
  }

  private void freeInterrupted() {
    long now = System.nanoTime();
    for (Wait wait : waits) {
      if (wait.thread.isInterrupted() && now - wait.movedNanos >= VAIN_NANOS) {
        wait.abort.run();
      }
    }
    looking.set(false);
    look();
  }
}
