package dev.belay.runtime.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Time that passes only from event to event, and the queue of what is to happen: by time, and at
 * the same time in the order in which it was asked for. For one thread; an event runs to its end
 * before the next.
 */
public final class VirtualTime {
  private static final long MILLI = 1_000_000L;

  private record Event(long nanos, long number, Runnable action) {}

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
  private long nanos;
  private long numbers;
  private long happened;

  /** Since the beginning. */
  public long nanos() {
    return nanos;
  }

  public long millis() {
    return nanos / MILLI;
  }

  /** How many events there were. */
  public long happened() {
    return happened;
  }

  /** Asks for something to happen so long from now; not negative. */
  public void after(long delayNanos, Runnable action) {
    if (delayNanos < 0) {
      throw new IllegalArgumentException("an event " + -delayNanos + " ns ago");
    }
    queue.add(new Event(nanos + delayNanos, numbers++, action));
  }

  public void afterMillis(long delayMillis, Runnable action) {
    after(delayMillis * MILLI, action);
  }

  /**
   * Lets things happen until the condition holds, the time has come, or nothing is left to happen.
   *
   * @return whether the condition holds
   */
  public boolean run(BooleanSupplier condition, long untilNanos) {
    while (!condition.getAsBoolean()) {
      Event event = queue.peek();
      if (event == null || event.nanos > untilNanos) {
        nanos = Math.max(nanos, untilNanos);
        return false;
      }
      queue.remove();
      nanos = event.nanos;
      happened++;
      event.action.run();
    }
    return true;
  }
}
