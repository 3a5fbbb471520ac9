package dev.belay.jobs.simulation.health;

/** What becomes of a worker. */
public enum Ailment {
  /** Nothing: it lives. */
  NONE("well", false, false),
  /** Much to do, some garbage, a pause of a second now and then: it lives. */
  BUSY("busy", false, false),
  /** A rough quarter of a minute (a large state is restored, the network is slow), and it lives. */
  SCARE("a rough quarter of a minute", false, false),
  /** Its memory fills: garbage collection takes ever more of its time, until it runs out. */
  LEAK("memory leaks", true, true),
  /** Its disk fills, and then it fails. */
  DISK_FILLS("disk fills", true, true),
  /** Its disk fails, an operation now and then at first. */
  DISK_FAILS("disk fails", true, true),
  /** Its machine is ever more overloaded: its heartbeats come ever later. */
  SLOWING("ever slower", true, true),
  /** Its machine is taken away, as announced. */
  PREEMPTED("preempted", true, true),
  /** Dies without a sign: nobody can foresee that. */
  SUDDEN("dies without a sign", true, false);

  /** For people. */
  public final String text;

  /** Whether it dies of it. */
  public final boolean deadly;

  /** Whether there are signs of it. */
  public final boolean foreseeable;

  Ailment(String text, boolean deadly, boolean foreseeable) {
    this.text = text;
    this.deadly = deadly;
    this.foreseeable = foreseeable;
  }
}
