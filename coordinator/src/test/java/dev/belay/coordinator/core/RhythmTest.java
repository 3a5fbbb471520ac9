package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long a worker's silence is borne, by what its heartbeats were like. */
class RhythmTest {
  private static final long MILLI = 1_000_000L;
  private final Rhythm rhythm = new Rhythm(2_000 * MILLI, 5_000 * MILLI);

  private void beats(int count, long gapMillis) {
    for (int i = 0; i < count; i++) {
      rhythm.beat(gapMillis * MILLI, 0);
    }
  }

  private long dead() {
    return rhythm.deadNanos() / MILLI;
  }

  private long suspect() {
    return rhythm.suspectNanos() / MILLI;
  }

  @Test
  void whoIsHardlyKnownIsGivenAllTheTime() {
    assertThat(dead()).isEqualTo(5_000);
    beats(Rhythm.APPRENTICESHIP - 1, 500);
    assertThat(dead()).isEqualTo(5_000);
    assertThat(suspect()).isEqualTo(2_000);
  }

  @Test
  void aRegularWorkerIsGivenTheLeast() {
    beats(100, 500);
    assertThat(dead()).isEqualTo(2_000);
    assertThat(suspect()).isEqualTo(2_000);
  }

  @Test
  void anIrregularOneIsGivenMoreThanItsLongestGap() {
    beats(100, 500);
    beats(1, 1_800);
    beats(20, 500);
    assertThat(dead()).isBetween(2_650L, 2_700L);
    assertThat(suspect()).isEqualTo(2_000);
    beats(1, 2_400);
    assertThat(suspect()).isEqualTo(2_400);
    assertThat(dead()).isEqualTo(3_600);
  }

  @Test
  void aPauseThatItReportsIsNoJitterButMayComeAgain() {
    beats(100, 500);
    rhythm.beat(3_100 * MILLI, 2_700 * MILLI);
    assertThat(suspect()).as("says nothing of the network").isEqualTo(2_000);
    assertThat(dead()).as("lives through 3.1 s").isBetween(4_600L, 4_650L);
  }

  @Test
  void anUnexplainedRestOfAPauseIsJitter() {
    beats(100, 500);
    rhythm.beat(3_500 * MILLI, 1_000 * MILLI);
    assertThat(suspect()).isEqualTo(2_500);
  }

  @Test
  void whoWasGivenUpWronglyIsGivenAllTheTimeForMinutes() {
    beats(100, 500);
    rhythm.beat(60_000 * MILLI, 0);
    beats(600, 500);
    assertThat(dead()).as("five minutes later").isEqualTo(5_000);
    beats(6_000, 500);
    assertThat(dead()).as("an hour later").isEqualTo(2_000);
  }

  @Test
  void noWordOfAWorkerLeadsOutOfTheBounds() {
    beats(100, 500);
    rhythm.beat(Long.MAX_VALUE, Long.MIN_VALUE);
    rhythm.beat(Long.MIN_VALUE, Long.MAX_VALUE);
    rhythm.beat(500 * MILLI, Long.MAX_VALUE);
    assertThat(dead()).isBetween(2_000L, 5_000L);
    assertThat(suspect()).isBetween(2_000L, 5_000L);
  }
}
