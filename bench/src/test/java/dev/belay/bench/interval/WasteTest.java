package dev.belay.bench.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against figures that were computed elsewhere: a failure an hour, 20 s to detect and restore. */
class WasteTest {
  private static final double HOUR = 3600;

  private final Waste waste = new Waste(1, HOUR, 20);

  @Test
  void youngsIntervalIsNearlyTheBest() {
    assertThat(waste.young()).isCloseTo(84.9, within(0.1));
    assertThat(waste.of(waste.young())).isCloseTo(0.0297, within(0.0001));
    assertThat(waste.of(waste.optimum())).isCloseTo(0.0296, within(0.0001));
  }

  @Test
  void fixedIntervalsAndNone() {
    assertThat(waste.of(10)).isCloseTo(0.108, within(0.0005));
    assertThat(new Waste(0, HOUR, 20).of(HOUR)).isCloseTo(0.73, within(0.005));
  }

  @Test
  void aShorterStallIsWorthMoreThanTuning() {
    Waste shorter = new Waste(0.1, HOUR, 20);

    assertThat(shorter.of(shorter.young())).isCloseTo(0.013, within(0.0005));
  }

  @Test
  void noIntervalBeatsTheOptimum() {
    for (double stall : new double[] {0.001, 0.1, 10, 600}) {
      Waste one = new Waste(stall, HOUR, 1);
      double best = one.of(one.optimum());
      for (double interval = 0.5; interval < 40_000; interval *= 1.3) {
        assertThat(one.of(interval)).isGreaterThanOrEqualTo(best - 1e-9);
      }
    }
  }
}
