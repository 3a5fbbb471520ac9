package dev.belay.bench.scale;

import java.util.Arrays;

/**
 * Times since they were last forgotten, in nanoseconds. Added by one thread; for any number of
 * readers.
 */
final class Times {
  private long[] nanos = new long[1 << 16];
  private int count;

  synchronized void add(long one) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = one;
  }

  synchronized void forget() {
    count = 0;
  }

  /** Sorted. */
  synchronized long[] sorted() {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted;
  }

  /** The smallest value that at least this share of all does not exceed; 0: there are none. */
  static long quantile(long[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[Math.max(1, (int) Math.ceil(share * sorted.length)) - 1];
  }
}
