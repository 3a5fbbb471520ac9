package dev.belay.runtime.simulation;

import dev.belay.runtime.time.Now;

/**
 * The clocks of one machine: a monotonic one that began anywhere, and one on the wall that somebody
 * may set.
 */
public final class MachineClock {
  private static final long MILLI = 1_000_000L;

  private final VirtualTime time;
  private final long monotonicOffsetNanos;
  private long wallOffsetMillis;

  public MachineClock(VirtualTime time, long monotonicOffsetNanos, long wallOffsetMillis) {
    this.time = time;
    this.monotonicOffsetNanos = monotonicOffsetNanos;
    this.wallOffsetMillis = wallOffsetMillis;
  }

  public Now now() {
    return new Now(nanos(), time.nanos() / MILLI + wallOffsetMillis);
  }

  public long nanos() {
    return time.nanos() + monotonicOffsetNanos;
  }

  /** Somebody sets the clock on the wall, forward or back. */
  public void set(long byMillis) {
    wallOffsetMillis += byMillis;
  }
}
