package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a task waits that failed by its own fault. */
class BackoffTest {
  private static final RetryPolicy POLICY = RetryPolicy.DEFAULT;
  private static final int TASKS = 2_000;

  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private String job = "";

  @BeforeEach
  void manyPartitions() {
    job = cluster.submit(TestCluster.spec());
    a.plans(TASKS);
  }

  private LongStream waits(int errors) {
    return LongStream.range(0, TASKS)
        .map(
            i -> {
              TaskRecord task = cluster.partition(job, (int) i);
              task.errorsWithoutProgress = errors;
              return POLICY.backoffMillis(task);
            });
  }

  @Test
  void eachWaitIsTwiceTheOneBeforeUpToAMinuteATenthMoreOrLess() {
    long[] expected = {1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000};
    for (int errors = 0; errors < expected.length; errors++) {
      long base = expected[errors];
      assertThat(waits(errors).min().orElseThrow()).isBetween(base - base / 10, base - base / 12);
      assertThat(waits(errors).max().orElseThrow())
          .isBetween(base + base / 12, base + base / 10 - 1);
      assertThat(waits(errors).average().orElseThrow()).isBetween(base * 0.99, base * 1.01);
    }
    assertThat(waits(1_000_000).max().orElseThrow())
        .as("however often")
        .isLessThanOrEqualTo(POLICY.longestMillis());
  }

  @Test
  void tasksThatFailTogetherDoNotComeBackTogether() {
    assertThat(waits(6).distinct().count())
        .as("different waits of %d tasks", TASKS)
        .isGreaterThan(TASKS / 2);
    TaskRecord task = cluster.partition(job, 0);
    Set<Long> byEpoch = new LinkedHashSet<>();
    for (int epoch = 1; epoch <= 100; epoch++) {
      task.epochCounter = epoch;
      byEpoch.add(POLICY.backoffMillis(task));
    }
    assertThat(byEpoch).as("different waits of one task").hasSizeGreaterThan(90);
  }

  @Test
  void aWaitIsOverAtItsTimeAndWhenTheClockWasSetBack() {
    TaskRecord task = cluster.partition(job, 0);
    task.notBeforeMillis = 1_000_000;
    assertThat(POLICY.due(task, 999_999)).isFalse();
    assertThat(POLICY.due(task, 1_000_000)).isTrue();
    assertThat(POLICY.longestMillis()).isEqualTo(66_000);
    assertThat(POLICY.due(task, 1_000_000 - 66_000)).isFalse();
    assertThat(POLICY.due(task, 1_000_000 - 66_001)).isTrue();
  }

  @Test
  void theFifthFailureWithoutProgressIsTheLast() {
    TaskRecord task = cluster.partition(job, 0);
    task.errorsWithoutProgress = 3;
    assertThat(POLICY.exhausted(task)).isFalse();
    task.errorsWithoutProgress = 4;
    assertThat(POLICY.exhausted(task)).isTrue();
  }
}
