package dev.belay.bench.interval;

/**
 * What checkpoints and failures cost, as extra time relative to the work. All times in seconds.
 *
 * <p>After Daly ("A higher order estimate of the optimum checkpoint interval for restart dumps",
 * Future Generation Computer Systems 22, 2006): with failures that come at random, once in M on
 * average, a segment of T seconds of work and C of stall is repeated until it passes, and after
 * each failure R passes until work goes on. What takes T without failures takes
 *
 * <pre>
 *   M e^(R/M) (e^((T+C)/M) - 1)
 * </pre>
 */
record Waste(double stall, double mean, double recovery) {
  private static final int STEPS = 200;

  /** The extra time for an interval: 0.03 means 3 % longer than the work alone. */
  double of(double interval) {
    double taken = mean * Math.exp(recovery / mean) * Math.expm1((interval + stall) / mean);
    return taken / interval - 1;
  }

  /** Young's estimate (1974) of the best interval. */
  double young() {
    return Math.sqrt(2 * stall * mean);
  }

  /** The best interval, found by search: the waste falls, then rises. */
  double optimum() {
    double low = Math.log(1e-6);
    double high = Math.log(10 * mean);
    for (int i = 0; i < STEPS; i++) {
      double left = low + (high - low) / 3;
      double right = high - (high - low) / 3;
      if (of(Math.exp(left)) < of(Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.exp((low + high) / 2);
  }
}
