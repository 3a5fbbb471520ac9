package dev.belay.coordinator.core;

/**
 * How long the partitions of a job take, from the assignment to the completion: a moving average,
 * forgotten with the process.
 */
final class Pace {
  /** Those that take no longer than this may wait in a worker's queue. */
  private static final double QUICK_MILLIS = 1_000;

  private static final double WEIGHT = 1 / 8.0;

  private double meanMillis = -1;

  void took(long millis) {
    double one = Math.max(0, millis);
    meanMillis = meanMillis < 0 ? one : meanMillis + WEIGHT * (one - meanMillis);
  }

  /** Whether they are known to be short. */
  boolean quick() {
    return meanMillis >= 0 && meanMillis <= QUICK_MILLIS;
  }
}
