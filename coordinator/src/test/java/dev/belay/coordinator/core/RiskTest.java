package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What each sign weighs, where it begins to, and what is said of it. */
class RiskTest {
  private static final Offset<Double> EXACTLY = within(1e-9);
  private static final long INTERVAL = 500_000_000;

  private static Risk of(Consumer<Health> signs) {
    Health health = new Health();
    health.meanGapNanos = INTERVAL;
    signs.accept(health);
    return Risk.of(health, INTERVAL, 4);
  }

  private static void assertRisk(double score, String reason, Consumer<Health> signs) {
    Risk risk = of(signs);
    assertThat(risk.score()).isEqualTo(score, EXACTLY);
    assertThat(risk.reason()).isEqualTo(reason);
  }

  @Test
  void aSoundWorkerIsAtNoRisk() {
    assertRisk(0, "", health -> {});
    assertRisk(0, "", health -> health.gcShare = 0.3);
    assertRisk(0, "", health -> health.diskFree = 0.05);
    assertRisk(0, "", health -> health.meanGapNanos = 1.5 * INTERVAL);
    assertRisk(0, "", health -> health.pauseShare = 0.2);
  }

  @Test
  void eachSignHasItsWeightAndItsWords() {
    assertRisk(1, "preemption notice: soon", health -> health.preemption = "soon");
    assertRisk(0.95, "garbage collection takes 90 % of its time", health -> health.gcShare = 0.9);
    assertRisk(
        0.95 / 2, "garbage collection takes 55 % of its time", health -> health.gcShare = 0.55);
    assertRisk(0.85, "errors of its disk or of the store", health -> health.diskErrors = 5);
    assertRisk(0.7, "only 1 % of its disk is free", health -> health.diskFree = 0.01);
    assertRisk(0.7, "its disk will be full in 60 s", health -> health.diskLastsNanos = 60e9);
    assertRisk(0.6, "its heartbeats come late", health -> health.meanGapNanos = 4.0 * INTERVAL);
    assertRisk(0.5, "it stands still for 60 % of the time", health -> health.pauseShare = 0.6);
    assertRisk(0.3, "attempts keep failing on it", health -> health.failures = 9);
    assertRisk(0.3, "threads that hang take up its slots", health -> health.lingering = 4);
    assertRisk(0.075, "threads that hang take up its slots", health -> health.lingering = 1);
  }

  @Test
  void signsAddUpAndTheStrongestIsNamed() {
    assertRisk(
        1 - (1 - 0.3) * (1 - 0.5),
        "it stands still for 60 % of the time",
        health -> {
          health.pauseShare = 0.6;
          health.failures = 4;
        });
    assertRisk(
        1 - (1 - 0.3) * (1 - 0.3),
        "attempts keep failing on it",
        health -> {
          health.failures = 4;
          health.lingering = 4;
        });
  }

  @Test
  void aWorkerWithoutSlotsIsFullOfAnyThread() {
    Health health = new Health();
    health.lingering = 1;
    assertThat(Risk.of(health, INTERVAL, 0).score()).isEqualTo(0.3, EXACTLY);
  }
}
