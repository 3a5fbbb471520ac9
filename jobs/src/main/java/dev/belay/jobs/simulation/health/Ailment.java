package dev.belay.jobs.simulation.health;

/** What becomes of a worker. */
public enum Ailment {
  /** Nothing: it lives. */
  NONE(false, false),
  /** Much to do, some garbage, a pause of a second now and then: it lives. */
  BUSY(false, false),
  /** A rough quarter of a minute (a large state is restored, the network is slow), and it lives. */
  SCARE(false, false),
  /** Its memory fills: garbage collection takes ever more of its time, until it runs out. */
  LEAK(true, true),
  /** Its disk fills, and then it fails. */
  DISK_FILLS(true, true),
  /** Its disk fails, an operation now and then at first. */
  DISK_FAILS(true, true),
  /** Its machine is ever more overloaded: its heartbeats come ever later. */
  SLOWING(true, true),
  /** Its machine is taken away, as announced. */
  PREEMPTED(true, true),
  /** Dies without a sign: nobody can foresee that. */
  SUDDEN(true, false);

  /** Whether it dies of it. */
  public final boolean deadly;

  /** Whether there are signs of it. */
  public final boolean foreseeable;

  Ailment(boolean deadly, boolean foreseeable) {
    this.deadly = deadly;
    this.foreseeable = foreseeable;
  }
}
