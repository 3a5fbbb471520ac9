package dev.belay.jobs.ready;

import java.util.Arrays;

/** The primes up to a root: a plain sieve of odd numbers, a byte each. */
final class BasePrimes {
  private BasePrimes() {}

  /** All primes from {@code from}, at least 3, to {@code to}, both included. */
  static int[] between(int from, int to) {
    boolean[] composite = new boolean[to / 2 + 1]; // at i: 2 * i + 1
    for (long odd = 3; odd * odd <= to; odd += 2) {
      if (!composite[(int) odd / 2]) {
        for (long multiple = odd * odd; multiple <= to; multiple += 2 * odd) {
          composite[(int) (multiple / 2)] = true;
        }
      }
    }
    int[] primes = new int[composite.length];
    int count = 0;
    for (int odd = from | 1; odd <= to; odd += 2) {
      if (!composite[odd / 2]) {
        primes[count++] = odd;
      }
    }
    return Arrays.copyOf(primes, count);
  }
}
