package dev.belay.bench.report;

import java.util.Arrays;
import java.util.Collection;

/** Several measurements of the same thing. */
public final class Sample {
  private final double[] sorted;

  private Sample(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  public static Sample of(double... values) {
    return new Sample(values);
  }

  public static Sample of(Collection<? extends Number> values) {
    return new Sample(values.stream().mapToDouble(Number::doubleValue).toArray());
  }

  public int size() {
    return sorted.length;
  }

  public double min() {
    return sorted[0];
  }

  public double max() {
    return sorted[sorted.length - 1];
  }

  public double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The smallest value that at least this share of all does not exceed. */
  public double quantile(double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(1, rank) - 1];
  }
}
