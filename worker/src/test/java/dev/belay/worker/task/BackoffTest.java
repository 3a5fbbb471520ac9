package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void doublesUpToAMaximumWithinTheUpperHalf(long seed) {
    Backoff backoff = new Backoff(TaskSettings.DEFAULTS, new Random(seed));
    for (long full : new long[] {200, 400, 800, 1600, 3200, 6400, 10_000, 10_000}) {
      assertThat(backoff.next()).isBetween(Duration.ofMillis(full / 2), Duration.ofMillis(full));
    }
    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(200));
  }
}
