package dev.belay.jobs.simulation.machine;

import dev.belay.runtime.simulation.MachineClock;
import dev.belay.runtime.time.Now;

/**
 * A process on a machine of its own: what it asks for happens while it lives, and is put off while
 * it is stopped. Like a sleeper it does not know how long it was away, but by the clock.
 */
public abstract class SimulatedProcess {
  private static final long MILLI = 1_000_000L;

  protected final World world;
  private final String name;
  private final MachineClock clock;
  private boolean alive = true;
  private long pausedUntilNanos;

  protected SimulatedProcess(World world, String name, MachineClock clock) {
    this.world = world;
    this.name = name;
    this.clock = clock;
  }

  public final String name() {
    return name;
  }

  public final boolean alive() {
    return alive;
  }

  public final boolean paused() {
    return world.time().nanos() < pausedUntilNanos;
  }

  public final Now now() {
    return clock.now();
  }

  /** Lets something happen in this process so long from now, or when it wakes up. */
  public final void after(long nanos, Runnable action) {
    world.time().after(nanos, () -> arrive(action));
  }

  public final void afterMillis(long millis, Runnable action) {
    after(millis * MILLI, action);
  }

  private void arrive(Runnable action) {
    if (!alive) {
      return;
    }
    if (paused()) {
      after(pausedUntilNanos - world.time().nanos(), action);
    } else {
      action.run();
    }
  }

  /** SIGSTOP, a long collection of garbage, a machine that swaps: nothing happens for so long. */
  public final void pause(long millis) {
    pausedUntilNanos = Math.max(pausedUntilNanos, world.time().nanos() + millis * MILLI);
  }

  /** It goes on now, whatever kept it. */
  public final void wake() {
    pausedUntilNanos = world.time().nanos();
  }

  /** Nothing happens in it any more. */
  protected final void die() {
    alive = false;
  }

  protected final void say(String what) {
    world.trace().line(name, what);
  }
}
