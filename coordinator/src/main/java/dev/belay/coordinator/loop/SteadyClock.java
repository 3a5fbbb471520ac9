package dev.belay.coordinator.loop;

import dev.belay.runtime.time.Now;
import java.util.function.Supplier;

/**
 * The time that a core is given: the monotonic clock, and a wall clock that is read once and then
 * goes on with the monotonic one, so that differences between journaled times are durations even
 * while somebody sets the clock.
 */
public final class SteadyClock implements Supplier<Now> {
  private final long startNanos = System.nanoTime();
  private final long startWallMillis = System.currentTimeMillis();

  @Override
  public Now get() {
    long nanos = System.nanoTime();
    return new Now(nanos, startWallMillis + (nanos - startNanos) / 1_000_000);
  }
}
