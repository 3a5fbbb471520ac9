package dev.belay.bench.detection;

/**
 * The phi accrual detector of Hayashibara, Défago, Yared and Katayama (2004): the gaps are taken
 * for a normal distribution with the mean and deviation of a window of them, and phi, the negated
 * decimal logarithm of the probability of a gap that is longer still, is compared with a threshold.
 * Window and least deviation are those that Akka and Cassandra's kin use: 1,000 gaps, 100 ms.
 *
 * <p>Instead of phi for each silence this computes the silence at which phi reaches the threshold,
 * which is the same thing: mean + z deviations, z being the normal quantile of 1 - 10^-phi.
 */
final class PhiAccrual implements Detector {
  private static final int WINDOW = 1_000;
  private static final double LEAST_DEVIATION = 100;

  private final double deviations;
  private final double least;
  private final double most;
  private final double[] gaps = new double[WINDOW];
  private int count;
  private double sum;
  private double squares;

  /**
   * @param threshold 8 or 12; others are not tabled here
   * @param least the shortest patience that it may come to
   * @param most the longest
   */
  PhiAccrual(int threshold, double least, double most) {
    this.deviations =
        switch (threshold) {
          case 8 -> 5.612;
          case 12 -> 7.034;
          default -> throw new IllegalArgumentException("phi " + threshold);
        };
    this.least = least;
    this.most = most;
  }

  @Override
  public void beat(double gapMillis, double pausedMillis) {
    int place = count % WINDOW;
    if (count >= WINDOW) {
      sum -= gaps[place];
      squares -= gaps[place] * gaps[place];
    }
    gaps[place] = gapMillis;
    sum += gapMillis;
    squares += gapMillis * gapMillis;
    count++;
  }

  @Override
  public double patienceMillis() {
    int known = Math.min(count, WINDOW);
    if (known < 2) {
      return most;
    }
    double mean = sum / known;
    double deviation = Math.sqrt(Math.max(0, squares / known - mean * mean));
    double patience = mean + deviations * Math.max(LEAST_DEVIATION, deviation);
    return Math.max(least, Math.min(most, patience));
  }
}
