package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointIntervalTest {
  private static final Duration UNKNOWN = Duration.ZERO;

  private final CheckpointInterval auto = auto();

  private static CheckpointInterval auto() {
    return new CheckpointInterval(Duration.ZERO, TaskSettings.DEFAULTS);
  }

  @Test
  void dalysEstimateForAStallOfASecondAndAFailureAnHour() {
    // Young: sqrt(2 * 1 * 3600) = 84.85; Daly adds C/3 + ... and takes off C.
    assertThat(CheckpointInterval.daly(1, 3600)).isCloseTo(84.19, within(0.01));
  }

  @Test
  void dalysEstimateIsTheMeanWhereTheStallIsAsLongAsThat() {
    assertThat(CheckpointInterval.daly(200, 100)).isEqualTo(100);
    assertThat(CheckpointInterval.daly(500, 100)).isEqualTo(100);
  }

  @Test
  void theFirstOneComesAfterTheMinimum() {
    assertThat(auto.first()).isEqualTo(Duration.ofSeconds(5));
    assertThat(auto.next(UNKNOWN)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void anHourIsTakenWhileNoFailureWasSeen() {
    auto.measured(Duration.ofSeconds(1));
    assertThat(auto.next(UNKNOWN)).isEqualTo(auto.next(Duration.ofHours(1)));
    assertThat(auto.next(UNKNOWN).toMillis()).isBetween(84_000L, 85_000L);
  }

  @Test
  void moreFailuresMeanMoreCheckpoints() {
    auto.measured(Duration.ofSeconds(1));
    assertThat(auto.next(Duration.ofMinutes(5))).isLessThan(auto.next(Duration.ofHours(2)));
  }

  @Test
  void staysWithinItsBounds() {
    auto.measured(Duration.ofNanos(1000));
    assertThat(auto.next(UNKNOWN)).isEqualTo(Duration.ofSeconds(5));
    CheckpointInterval slow = auto();
    slow.measured(Duration.ofMinutes(5));
    assertThat(slow.next(Duration.ofDays(30))).isEqualTo(Duration.ofMinutes(10));
    assertThat(auto.next(Duration.ofNanos(1))).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void oneSlowStallMovesItOnlyInPart() {
    auto.measured(Duration.ofMillis(500));
    Duration before = auto.next(UNKNOWN);
    auto.measured(Duration.ofSeconds(5));
    Duration after = auto.next(UNKNOWN);
    CheckpointInterval slow = auto();
    slow.measured(Duration.ofSeconds(5));
    assertThat(after).isGreaterThan(before).isLessThan(slow.next(UNKNOWN));
  }

  @Test
  void anExplicitOneStands() {
    CheckpointInterval explicit =
        new CheckpointInterval(Duration.ofMillis(100), TaskSettings.DEFAULTS);
    explicit.measured(Duration.ofSeconds(3));
    assertThat(explicit.first()).isEqualTo(Duration.ofMillis(100));
    assertThat(explicit.next(Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(100));
  }
}
