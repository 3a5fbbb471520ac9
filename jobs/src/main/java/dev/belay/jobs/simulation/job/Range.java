package dev.belay.jobs.simulation.job;

/** Numbers from one, and up to but without another. */
public record Range(long from, long to) {
  public long size() {
    return to - from;
  }

  /** One more digit, sign or so than needed for a trace. */
  @Override
  public String toString() {
    return "[" + from + ", " + to + ")";
  }
}
