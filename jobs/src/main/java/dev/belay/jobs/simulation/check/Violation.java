package dev.belay.jobs.simulation.check;

/** Something happened that must not: in one line, what and to what. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  public Violation(String what) {
    super(what);
  }

  public Violation(String what, Throwable cause) {
    super(what, cause);
  }

  static void unless(boolean holds, Object of, String what) {
    if (!holds) {
      throw new Violation(of + ": " + what);
    }
  }
}
