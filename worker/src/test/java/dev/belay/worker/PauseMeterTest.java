package dev.belay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A pause is what a sleep took too long, told once. */
class PauseMeterTest {
  private static final long MILLI = 1_000_000L;

  private final PauseMeter meter = new PauseMeter(0);

  private long asked(long millis) {
    return meter.takeLongestNanos(millis * MILLI) / MILLI;
  }

  @Test
  void aProcessThatRunsHasNone() {
    for (int at = 100; at <= 1_000; at += 100) {
      meter.wokeAt(at * MILLI);
    }
    assertThat(asked(1_050)).isZero();
  }

  @Test
  void theLongestSinceTheLastQuestionCounts() {
    meter.wokeAt(100 * MILLI);
    meter.wokeAt(2_900 * MILLI);
    meter.wokeAt(3_500 * MILLI);
    assertThat(asked(3_500)).isEqualTo(2_700);
    assertThat(asked(3_500)).isZero();
  }

  @Test
  void onePauseIsToldByWhoeverWakesFirstAndNotAgain() {
    meter.wokeAt(100 * MILLI);
    assertThat(asked(3_200)).as("the meter itself sleeps yet").isEqualTo(3_000);
    meter.wokeAt(3_250 * MILLI);
    assertThat(asked(3_300)).isLessThanOrEqualTo(50);
  }
}
