package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** How long the partitions of a job take, by those that were through. */
class PaceTest {
  private static final Offset<Double> EXACTLY = within(1e-9);

  private final Pace pace = new Pace();

  @Test
  void nothingIsKnownBeforeTheFirstIsThrough() {
    assertThat(pace.known()).isFalse();
    assertThat(pace.quick()).isFalse();
    assertThat(pace.depth(8)).isZero();
    pace.took(0, 1, 1);
    assertThat(pace.known()).isTrue();
    assertThat(pace.quick()).isTrue();
  }

  @Test
  void eachThatIsThroughCountsForAnEighth() {
    pace.took(8_000, 1, 1);
    assertThat(pace.secondsPerWeight()).isEqualTo(8, EXACTLY);
    pace.took(16_000, 1, 1);
    assertThat(pace.secondsPerWeight()).isEqualTo(9, EXACTLY);
    pace.took(1_000, 1, 1);
    assertThat(pace.secondsPerWeight()).isEqualTo(8, EXACTLY);
  }

  @Test
  void aHeavyOneMayTakeLongerAndOneWithoutWeightSaysNothing() {
    pace.took(8_000, 1, 4);
    assertThat(pace.secondsPerWeight()).isEqualTo(2, EXACTLY);
    pace.took(8_000, 1, 0);
    assertThat(pace.secondsPerWeight()).isEqualTo(2, EXACTLY);
  }

  @Test
  void whoWaitedForOthersInItsSlotTookNoLongerThanThey() {
    pace.took(200, 4, 1);
    assertThat(pace.secondsPerWeight()).isEqualTo(0.05, EXACTLY);
    assertThat(pace.quick()).isTrue();
    assertThat(pace.depth(1)).isEqualTo(4);
  }

  @Test
  void quickIsUpToATenthOfASecondOnAverage() {
    pace.took(100, 1, 1);
    assertThat(pace.quick()).isTrue();
    pace.took(108, 1, 1);
    assertThat(pace.quick()).as("101 ms").isFalse();
    assertThat(pace.depth(8)).isZero();
    pace.took(92, 1, 1);
    assertThat(pace.quick()).as("a little less").isTrue();
  }

  @Test
  void aQueueHoldsWhatItsSlotsWorkThroughInAFifthOfASecond() {
    pace.took(50, 1, 1);
    assertThat(pace.depth(1)).isEqualTo(4);
    assertThat(pace.depth(8)).isEqualTo(32);
  }

  @Test
  void aClockThatWasSetBackMakesNobodyFasterThanLight() {
    pace.took(-5_000, 1, 1);
    assertThat(pace.secondsPerWeight()).isZero();
    assertThat(pace.depth(1)).isEqualTo(20_000);
  }
}
