package dev.belay.bench.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.bench.detection.DetectionBenchmark.Measured;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That the coordinator's way to suspect is worth its lines. */
class DetectionTest {
  private static final double HOURS = 20;

  private static Measured ours(Heartbeats.Kind kind, long seed) {
    return DetectionBenchmark.measure(new OwnRhythm(2_000, 5_000), kind, HOURS, seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRegularWorkerIsGivenUpInTwoSecondsAndNeverWrongly(long seed) {
    Measured measured = ours(Heartbeats.Kind.REGULAR, seed);
    assertThat(measured.wrongAnHour()).isZero();
    assertThat(measured.detection().quantile(0.98)).isLessThan(2_100);
  }

  @ParameterizedTest
  @EnumSource(Heartbeats.Kind.class)
  void noWorseThanPhiAccrualWithinTheSameBounds(Heartbeats.Kind kind) {
    Measured phi = DetectionBenchmark.measure(new PhiAccrual(8, 2_000, 5_000), kind, HOURS, 7);
    Measured own = ours(kind, 7);
    assertThat(own.wrongAnHour()).isLessThanOrEqualTo(phi.wrongAnHour() + 0.3);
  }

  @ParameterizedTest
  @EnumSource(Heartbeats.Kind.class)
  void neverSlowerThanTheFixedTimeout(Heartbeats.Kind kind) {
    Measured fixed = DetectionBenchmark.measure(new FixedTimeout(5_000), kind, HOURS, 7);
    Measured own = ours(kind, 7);
    assertThat(own.detection().quantile(0.99)).isLessThanOrEqualTo(fixed.detection().max());
    assertThat(own.detection().median()).isLessThanOrEqualTo(fixed.detection().median());
  }
}
