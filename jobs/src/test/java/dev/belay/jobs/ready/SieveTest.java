package dev.belay.jobs.ready;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SieveTest {
  @Test
  void countsUpToEachOfTheFirstNumbers() {
    int expected = 0;
    for (int to = 0; to <= 500; to++) {
      assertThat(count(0, to)).as("below %d", to).isEqualTo(expected);
      expected += isPrime(to) ? 1 : 0;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 168",
    "10000, 1229",
    "1000000, 78498",
    "10000000, 664579",
    "100000000, 5761455"
  })
  void knowsTheKnownCounts(long upTo, long expected) {
    assertThat(count(0, upTo + 1)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyWindowAgreesWithATestOfEachNumber(long seed) {
    Random random = new Random(seed);
    long magnitude = (long) Math.pow(10, 3 + random.nextInt(11));
    long from = random.nextLong(magnitude) / 30 * 30;
    long to = Math.min(Primes.LIMIT, from + random.nextInt(20_000));
    from = Math.min(from, to / 30 * 30);
    assertThat(count(from, to))
        .as("seed %d: from %d below %d", seed, from, to)
        .isEqualTo(countByTest(from, to));
  }

  @Test
  void theTopOfTheRangeAgreesWithATestOfEachNumber() {
    long to = Primes.LIMIT + 1;
    long from = (to - 60_000) / 30 * 30;
    assertThat(count(from, to)).isEqualTo(countByTest(from, to));
  }

  /** The squares of base primes are the first that those strike out. */
  @Test
  void bordersAtTheSquaresOfPrimes() {
    for (long prime : new long[] {43, 47, 1009, 31_607, 99_991, 3_162_277}) {
      long square = prime * prime;
      long from = (square - 300) / 30 * 30;
      for (long to = square - 2; to <= square + 2; to++) {
        assertThat(count(from, to)).as("below %d", to).isEqualTo(countByTest(from, to));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aSieveThatBeginsInTheMiddleGoesOnAsOneThatBeganAtTheStart(long seed) {
    Random random = new Random(seed);
    long to = 20_000_000 + random.nextInt(20_000_000);
    long middle = random.nextLong(to) / 30 * 30;
    assertThat(count(0, middle) + count(middle, to)).as("seed %d", seed).isEqualTo(count(0, to));
  }

  private static long count(long from, long to) {
    Sieve sieve = new Sieve(from, to);
    long count = 0;
    while (sieve.position() < to) {
      count += sieve.countNext();
    }
    return count;
  }

  private static long countByTest(long from, long to) {
    long count = 0;
    for (long number = from; number < to; number++) {
      count += isPrime(number) ? 1 : 0;
    }
    return count;
  }

  private static boolean isPrime(long number) {
    for (long factor = 2; factor < 200 && factor * factor <= number; factor++) {
      if (number % factor == 0) {
        return false;
      }
    }
    return number >= 2 && (number < 200 * 200 || BigInteger.valueOf(number).isProbablePrime(20));
  }
}
