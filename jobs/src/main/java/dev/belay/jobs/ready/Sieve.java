package dev.belay.jobs.ready;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The sieve of Eratosthenes over a range of numbers, segment by segment: a segment fits a cache,
 * and only the primes up to the root of the range's end are kept beside it.
 *
 * <p>A byte speaks of 30 numbers (see {@link Wheel}); a bit that is set stands for a composite.
 * Each segment begins as a copy of the pattern that the smallest primes make, which repeats; every
 * other prime then strikes out its multiples, from its square on, and remembers how far it has
 * come.
 *
 * <p>For one thread.
 */
final class Sieve {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LEAST_SEGMENT_BYTES = 64 << 10;
  private static final int MOST_SEGMENT_BYTES = 1 << 20;

  private final byte[] segment;
  private final SmallPrimes small;
  private final int[] primes;

  /** How many of the primes have their square below the end of the segment. */
  private int active;

  /** Of each active prime: its next multiple's byte, counted from the segment's beginning. */
  private final int[] next;

  /** Of each active prime: the residue number of that multiple's cofactor. */
  private final byte[] cofactor;

  /** Of the segment to come, in bytes of the whole number line. */
  private long position;

  private final long end;

  /**
   * Over the numbers from {@code from}, a multiple of 30, up to but not including {@code to}; over
   * none if that is not above it.
   */
  Sieve(long from, long to) {
    if (from < 0 || from % Wheel.NUMBERS != 0 || to < 0) {
      throw new IllegalArgumentException("no range for a sieve: " + from + " to " + to);
    }
    int root = (int) Math.sqrt((double) to) + 1;
    segment = new byte[segmentBytes(root)];
    small = new SmallPrimes();
    primes = BasePrimes.between(SmallPrimes.LARGEST + 1, root);
    next = new int[primes.length];
    cofactor = new byte[primes.length];
    position = from / Wheel.NUMBERS;
    end = to;
  }

  // A segment much shorter than the primes is missed by most of them, each of which is looked at.
  private static int segmentBytes(int root) {
    int wanted = Integer.highestOneBit(root);
    return Math.min(MOST_SEGMENT_BYTES, Math.max(LEAST_SEGMENT_BYTES, wanted));
  }

  /** Where the next segment begins; at the end of the range or just above it, there is none. */
  long position() {
    return position * Wheel.NUMBERS;
  }

  /** Sieves the next segment and counts its primes. */
  int countNext() {
    int length = (int) Math.min(segment.length, (end - position() + 29) / Wheel.NUMBERS);
    small.fill(segment, length, position);
    activate(position + length);
    for (int i = 0; i < active; i++) {
      strike(i, length);
    }
    cutOff(length);
    int count = SmallPrimes.within(position(), Math.min(end, (position + length) * Wheel.NUMBERS));
    position += length;
    return count + zeros(length);
  }

  private void activate(long endPosition) {
    long limit = endPosition * Wheel.NUMBERS;
    while (active < primes.length && (long) primes[active] * primes[active] < limit) {
      long prime = primes[active];
      long from = Math.max(prime, (position() + prime - 1) / prime);
      long factor = Wheel.ceiling(from);
      next[active] = Math.toIntExact(prime * factor / Wheel.NUMBERS - position);
      cofactor[active] = (byte) Wheel.number(factor);
      active++;
    }
  }

  /** Marks the multiples of a prime in the segment. */
  private void strike(int which, int length) {
    byte[] s = segment;
    int at = next[which];
    if (at >= length) {
      next[which] = at - length;
      return;
    }
    int prime = primes[which];
    int quotient = prime / Wheel.NUMBERS;
    int row = Wheel.number(prime) * 8;
    int k = cofactor[which];
    while (k != 0 && at < length) {
      s[at] |= (byte) Wheel.MASK[row + k];
      at += quotient * Wheel.GAP[k] + Wheel.CARRY[row + k];
      k = (k + 1) & 7;
    }
    if (k == 0) {
      at = strikeTurns(s, length, at, prime, quotient, row);
    }
    while (at < length) {
      s[at] |= (byte) Wheel.MASK[row + k];
      at += quotient * Wheel.GAP[k] + Wheel.CARRY[row + k];
      k = (k + 1) & 7;
    }
    next[which] = at - length;
    cofactor[which] = (byte) k;
  }

  /** The same eight multiples at a time, while all eight lie in the segment. */
  private static int strikeTurns(byte[] s, int length, int from, int prime, int quotient, int row) {
    int[] carry = Wheel.CARRY;
    int[] mask = Wheel.MASK;
    int o1 = quotient * 6 + carry[row];
    int o2 = o1 + quotient * 4 + carry[row + 1];
    int o3 = o2 + quotient * 2 + carry[row + 2];
    int o4 = o3 + quotient * 4 + carry[row + 3];
    int o5 = o4 + quotient * 2 + carry[row + 4];
    int o6 = o5 + quotient * 4 + carry[row + 5];
    int o7 = o6 + quotient * 6 + carry[row + 6];
    byte m0 = (byte) mask[row];
    byte m1 = (byte) mask[row + 1];
    byte m2 = (byte) mask[row + 2];
    byte m3 = (byte) mask[row + 3];
    byte m4 = (byte) mask[row + 4];
    byte m5 = (byte) mask[row + 5];
    byte m6 = (byte) mask[row + 6];
    byte m7 = (byte) mask[row + 7];
    int at = from;
    for (int last = length - o7; at < last; at += prime) {
      s[at] |= m0;
      s[at + o1] |= m1;
      s[at + o2] |= m2;
      s[at + o3] |= m3;
      s[at + o4] |= m4;
      s[at + o5] |= m5;
      s[at + o6] |= m6;
      s[at + o7] |= m7;
    }
    return at;
  }

  /** Marks what the segment's last byte says of numbers at or above the range's end. */
  private void cutOff(int length) {
    long last = (position + length - 1) * Wheel.NUMBERS;
    for (int k = 0; k < 8; k++) {
      if (last + Wheel.RESIDUES[k] >= end) {
        segment[length - 1] |= (byte) (1 << k);
      }
    }
  }

  private int zeros(int length) {
    int ones = 0;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      ones += Long.bitCount((long) LONGS.get(segment, i));
    }
    for (; i < length; i++) {
      ones += Integer.bitCount(segment[i] & 0xff);
    }
    return length * 8 - ones;
  }
}
