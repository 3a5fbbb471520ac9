package dev.belay.worker.task;

import dev.belay.runtime.time.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Time that passes only when a test says so. */
final class ManualTicker implements Ticker {
  private record Timed(long nanos, long number, Runnable action) {}

  private final PriorityQueue<Timed> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Timed::nanos).thenComparingLong(Timed::number));
  private long nanos;
  private long number;

  @Override
  public synchronized Now now() {
    return new Now(nanos, nanos / 1_000_000);
  }

  @Override
  public synchronized Call after(Duration delay, Runnable action) {
    Timed timed = new Timed(nanos + delay.toNanos(), number++, action);
    waiting.add(timed);
    return () -> cancel(timed);
  }

  private synchronized void cancel(Timed timed) {
    waiting.remove(timed);
  }

  /** Lets time pass, and runs what falls due meanwhile. */
  void advance(Duration duration) {
    long until = now().nanos() + duration.toNanos();
    for (Timed next = next(until); next != null; next = next(until)) {
      next.action.run();
    }
  }

  private synchronized @org.jspecify.annotations.Nullable Timed next(long until) {
    Timed first = waiting.peek();
    if (first == null || first.nanos > until) {
      nanos = until;
      return null;
    }
    nanos = Math.max(nanos, first.nanos);
    return waiting.remove();
  }

  /** How long until each of the actions that wait. */
  synchronized List<Duration> pending() {
    List<Duration> pending = new ArrayList<>();
    waiting.forEach(timed -> pending.add(Duration.ofNanos(timed.nanos - nanos)));
    pending.sort(null);
    return pending;
  }
}
