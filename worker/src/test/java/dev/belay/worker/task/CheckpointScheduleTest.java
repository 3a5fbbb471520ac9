package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointScheduleTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final ManualTicker ticker = new ManualTicker();
  private int raised;
  private final CheckpointSchedule schedule = new CheckpointSchedule(ticker, () -> raised++);

  @Test
  void isDueAfterAnInterval() {
    schedule.after(INTERVAL);
    ticker.advance(INTERVAL.minusNanos(1));
    assertThat(schedule.isDue()).isFalse();
    ticker.advance(Duration.ofNanos(1));
    assertThat(schedule.isDue()).isTrue();
    assertThat(raised).isEqualTo(1);
  }

  @Test
  void whatFallsDueInFlightIsDueOnLanding() {
    schedule.taken(INTERVAL);
    ticker.advance(INTERVAL.multipliedBy(3));
    assertThat(schedule.isDue()).isFalse();
    assertThat(raised).isZero();
    schedule.landed();
    assertThat(schedule.isDue()).isTrue();
    assertThat(raised).isEqualTo(1);
  }

  @Test
  void landingEarlyLeavesTheIntervalAlone() {
    schedule.taken(INTERVAL);
    ticker.advance(Duration.ofSeconds(4));
    schedule.landed();
    assertThat(schedule.isDue()).isFalse();
    ticker.advance(Duration.ofSeconds(6));
    assertThat(schedule.isDue()).isTrue();
  }

  @Test
  void afterAFailureThePauseCounts() {
    schedule.taken(INTERVAL);
    ticker.advance(INTERVAL);
    schedule.landedAfterFailure(Duration.ofSeconds(2));
    assertThat(schedule.isDue()).isFalse();
    ticker.advance(Duration.ofSeconds(2));
    assertThat(schedule.isDue()).isTrue();
  }

  @Test
  void inVainMeansAtOnce() {
    schedule.taken(INTERVAL);
    schedule.landedInVain();
    assertThat(schedule.isDue()).isTrue();
    assertThat(raised).isEqualTo(1);
  }

  @Test
  void nothingIsDueOnceClosed() {
    schedule.after(INTERVAL);
    schedule.close();
    schedule.after(INTERVAL);
    ticker.advance(INTERVAL.multipliedBy(2));
    assertThat(schedule.isDue()).isFalse();
    assertThat(raised).isZero();
    assertThat(ticker.pending()).isEmpty();
  }
}
