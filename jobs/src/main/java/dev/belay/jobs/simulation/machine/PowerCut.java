package dev.belay.jobs.simulation.machine;

/** Thrown out of the middle of whatever a process did when it died. */
public final class PowerCut extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PowerCut(String where) {
    super(where, null, false, false);
  }
}
