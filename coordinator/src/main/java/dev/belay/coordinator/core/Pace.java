package dev.belay.coordinator.core;

/**
 * How long the partitions of a job take once they have a slot: a moving average, forgotten with the
 * process.
 */
final class Pace {
  /**
   * Those that take longer than this never wait in a worker's queue: another may have room first.
   */
  private static final double QUICK_MILLIS = 100;

  /** How long the last one in a queue may wait for its slot. */
  private static final double WAIT_MILLIS = 200;

  private static final double WEIGHT = 1 / 8.0;

  private double meanMillis = -1;

  /** Of a unit of weight. */
  private double meanSeconds = -1;

  /**
   * One was completed.
   *
   * @param millis from its assignment
   * @param rounds how many had to pass through its slot until then, it included
   */
  void took(long millis, int rounds, double weight) {
    double one = (double) Math.max(0, millis) / rounds;
    meanMillis = meanMillis < 0 ? one : meanMillis + WEIGHT * (one - meanMillis);
    if (weight > 0) {
      double each = one / 1000 / weight;
      meanSeconds = meanSeconds < 0 ? each : meanSeconds + WEIGHT * (each - meanSeconds);
    }
  }

  /** Whether any was through. */
  boolean known() {
    return meanSeconds >= 0;
  }

  double secondsPerWeight() {
    return meanSeconds;
  }

  /** Whether they are known to be short. */
  boolean quick() {
    return meanMillis >= 0 && meanMillis <= QUICK_MILLIS;
  }

  /** How many may wait in the queue of a worker. */
  long depth(int slots) {
    return quick() ? (long) (slots * WAIT_MILLIS / Math.max(0.01, meanMillis)) : 0;
  }
}
