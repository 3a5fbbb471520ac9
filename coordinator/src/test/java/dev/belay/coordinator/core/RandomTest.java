package dev.belay.coordinator.core;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many lives of a cluster, a hundred seeds a test. One again: {@code mvn test -pl coordinator -am
 * -Dtest=RandomTest -Dsurefire.failIfNoSpecifiedTests=false -Dbelay.seed=N}; others: {@code
 * -Dbelay.core.seeds=N} of them.
 */
class RandomTest {
  private static final int SEEDS_A_TEST = 100;

  static LongStream groups() {
    Long one = Long.getLong("belay.seed");
    return one != null
        ? LongStream.of(-1)
        : LongStream.range(0, Long.getLong("belay.core.seeds", 1_000) / SEEDS_A_TEST);
  }

  @ParameterizedTest(name = "seeds from {0} hundred")
  @MethodSource("groups")
  void nothingIsLostOrDoubledAndEveryJobEnds(long group) {
    if (group < 0) {
      run(Long.getLong("belay.seed", 0));
      return;
    }
    for (long i = 0; i < SEEDS_A_TEST; i++) {
      run(group * SEEDS_A_TEST + i);
    }
  }

  private static void run(long seed) {
    try {
      new Simulation(seed).run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + " (replay: -Dbelay.seed=" + seed + ")", e);
    }
  }
}
