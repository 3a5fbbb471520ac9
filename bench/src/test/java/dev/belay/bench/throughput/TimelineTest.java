package dev.belay.bench.throughput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void tellsAPartsRateFromTheLooksAroundIt() {
    Timeline timeline = new Timeline(100);
    timeline.seen(0, 0);
    timeline.seen(SECOND, 20);
    timeline.seen(2 * SECOND, 100);

    assertThat(timeline.rate(0, 1)).isCloseTo(50, within(1e-9));
    assertThat(timeline.rate(0, 0.1)).isCloseTo(20, within(1e-9));
    assertThat(timeline.rate(0.5, 0.6)).isCloseTo(80, within(1e-9));
  }

  /** What was not seen to change was not slow: only the time of the change counts. */
  @Test
  void looksThatSawNothingNewLengthenNoRate() {
    Timeline timeline = new Timeline(10);
    timeline.seen(0, 0);
    timeline.seen(SECOND, 10);
    timeline.seen(9 * SECOND, 10);

    assertThat(timeline.rate(0, 1)).isCloseTo(10, within(1e-9));
  }
}
