package dev.belay.jobs.ready;

/**
 * The primes from 7 on whose multiples are not struck out one by one: each group of them makes a
 * pattern that repeats after as many bytes as its product, and is laid over a segment whole.
 */
final class SmallPrimes {
  private static final int[][] GROUPS = {{7, 11, 13, 17}, {19, 23, 29}, {31, 37, 41}};
  private static final int[] ALL = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41};
  static final int LARGEST = 41;

  private final byte[][] patterns = new byte[GROUPS.length][];

  SmallPrimes() {
    for (int i = 0; i < GROUPS.length; i++) {
      patterns[i] = pattern(GROUPS[i]);
    }
  }

  private static byte[] pattern(int[] primes) {
    int product = 1;
    for (int prime : primes) {
      product *= prime;
    }
    byte[] pattern = new byte[product];
    for (int prime : primes) {
      mark(pattern, prime);
    }
    return pattern;
  }

  private static void mark(byte[] pattern, int prime) {
    int numbers = pattern.length * Wheel.NUMBERS;
    for (int multiple = prime; multiple < numbers; multiple += 2 * prime) {
      if (multiple % 3 != 0 && multiple % 5 != 0) {
        pattern[multiple / Wheel.NUMBERS] |= (byte) (1 << Wheel.number(multiple));
      }
    }
  }

  /** Marks these primes and all their multiples, and 1, and clears all else. */
  void fill(byte[] segment, int length, long position) {
    lay(patterns[0], segment, length, position, true);
    for (int i = 1; i < patterns.length; i++) {
      lay(patterns[i], segment, length, position, false);
    }
    if (position == 0 && length > 0) {
      segment[0] |= 1;
    }
  }

  private static void lay(
      byte[] pattern, byte[] segment, int length, long position, boolean first) {
    int from = (int) (position % pattern.length);
    for (int done = 0; done < length; ) {
      int part = Math.min(pattern.length - from, length - done);
      if (first) {
        System.arraycopy(pattern, from, segment, done, part);
      } else {
        or(pattern, from, segment, done, part);
      }
      done += part;
      from = 0;
    }
  }

  private static void or(byte[] pattern, int from, byte[] segment, int to, int length) {
    for (int i = 0; i < length; i++) {
      segment[to + i] |= pattern[from + i];
    }
  }

  /**
   * How many primes up to the largest of these lie from one number up to but not including another.
   */
  static int within(long from, long to) {
    int count = 0;
    for (int prime : ALL) {
      count += from <= prime && prime < to ? 1 : 0;
    }
    return count;
  }
}
