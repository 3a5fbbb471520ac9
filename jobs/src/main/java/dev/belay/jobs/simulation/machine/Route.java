package dev.belay.jobs.simulation.machine;

/** One direction between two machines, and how it behaves now. */
public final class Route {
  private long leastMicros = 100;
  private long mostMicros = 1_000;
  private boolean cut;
  private int lossPermille;
  private int duplicatePermille;

  public void delays(long leastMicros, long mostMicros) {
    this.leastMicros = leastMicros;
    this.mostMicros = mostMicros;
  }

  public void cut(boolean now) {
    cut = now;
  }

  public boolean isCut() {
    return cut;
  }

  /** Of single messages; for networks that keep no order only. */
  public void unreliable(int lossPermille, int duplicatePermille) {
    this.lossPermille = lossPermille;
    this.duplicatePermille = duplicatePermille;
  }

  public void heal() {
    delays(100, 1_000);
    cut = false;
    unreliable(0, 0);
  }

  long delayNanos(World world) {
    return 1_000 * world.chance().between(leastMicros, mostMicros);
  }

  boolean loses(World world) {
    return lossPermille > 0 && world.chance().permille(lossPermille);
  }

  boolean duplicates(World world) {
    return duplicatePermille > 0 && world.chance().permille(duplicatePermille);
  }
}
