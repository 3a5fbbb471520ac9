package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belay.runtime.proto.Signs;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What is remembered of what heartbeats say. Gaps of one second, if nothing else is said. */
class HealthTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Offset<Double> EXACTLY = within(1e-9);

  private final Health health = new Health();
  private long now = 100 * SECOND;

  private void heard(Signs.Builder signs) {
    heard(signs, SECOND);
  }

  private void heard(Signs.Builder signs, long gapNanos) {
    now += gapNanos;
    health.heard(signs.build(), 0, gapNanos, now);
  }

  private static Signs.Builder signs() {
    return Signs.newBuilder();
  }

  @Test
  void theShareOfGarbageCollectionIsOfTheTimeSinceTheLastHeartbeatAndSmoothed() {
    heard(signs().setGcMillis(5_000));
    assertThat(health.gcShare).as("spent before it was first heard of").isZero();
    heard(signs().setGcMillis(5_500));
    assertThat(health.gcShare).isEqualTo(0.1 * 0.5, EXACTLY);
    heard(signs().setGcMillis(5_700));
    assertThat(health.gcShare).isEqualTo(0.05 + 0.1 * (0.2 - 0.05), EXACTLY);
    heard(signs().setGcMillis(5_700), 20 * SECOND);
    assertThat(health.gcShare).as("after more than its memory").isEqualTo(0, EXACTLY);
  }

  @Test
  void aCounterThatFallsOrRunsAheadOfTimeIsNoShareBeyondAll() {
    heard(signs().setGcMillis(5_000));
    heard(signs().setGcMillis(100));
    assertThat(health.gcShare).isZero();
    heard(signs().setGcMillis(1_000_100), 10 * SECOND);
    assertThat(health.gcShare).isEqualTo(1, EXACTLY);
  }

  @Test
  void aPauseThatGarbageCollectionDoesNotExplainIsCounted() {
    heard(signs());
    heard(signs().setGcMillis(100).setLongestPauseMillis(400));
    assertThat(health.pauseShare).isEqualTo(0.1 * (0.4 - 0.1), EXACTLY);
    heard(signs().setGcMillis(1_000).setLongestPauseMillis(100));
    assertThat(health.pauseShare).as("none but for that").isEqualTo(0.03 - 0.1 * 0.03, EXACTLY);
  }

  @Test
  void theMeanGapLeavesOutWhatTheProcessExplains() {
    heard(signs(), 16 * SECOND);
    assertThat(health.meanGapNanos).isEqualTo(SECOND, EXACTLY);
    heard(signs().setLongestPauseMillis(2_000), 3 * SECOND);
    assertThat(health.meanGapNanos).isEqualTo(SECOND, EXACTLY);
    heard(signs().setLongestPauseMillis(9_000), SECOND);
    assertThat(health.meanGapNanos).as("never below none").isEqualTo(SECOND * 15.0 / 16, EXACTLY);
  }

  @Test
  void errorsAndFailuresFadeWithinAMinute() {
    heard(signs().setDiskErrors(7));
    assertThat(health.diskErrors).as("from before it was first heard of").isZero();
    heard(signs().setDiskErrors(10));
    assertThat(health.diskErrors).isEqualTo(3, EXACTLY);
    health.failures = 4;
    heard(signs().setDiskErrors(11), 30 * SECOND);
    assertThat(health.diskErrors).isEqualTo(1.5 + 1, EXACTLY);
    assertThat(health.failures).isEqualTo(2, EXACTLY);
    heard(signs().setDiskErrors(3), 90 * SECOND);
    assertThat(health.diskErrors).isZero();
    assertThat(health.failures).isZero();
  }

  @Test
  void aDiskIsAsFullAsItSays() {
    assertThat(health.diskFree).as("unknown").isOne();
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(400));
    assertThat(health.diskFree).isEqualTo(0.4, EXACTLY);
    assertThat(health.diskLastsNanos).isInfinite();
    heard(signs().setDiskTotalBytes(0).setDiskFreeBytes(0));
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(-1));
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(1_001));
    assertThat(health.diskFree).as("nonsense left out").isEqualTo(0.4, EXACTLY);
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(1_000));
    assertThat(health.diskFree).isOne();
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(0));
    assertThat(health.diskFree).isZero();
  }

  @Test
  void aDiskLastsAsLongAsItsFillingGoesOn() {
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(500));
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(400), 10 * SECOND);
    assertThat(health.diskLastsNanos)
        .as("10 bytes a second, all of it new")
        .isEqualTo(40.0 * SECOND, within(1.0));
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(400), 5 * SECOND);
    assertThat(health.diskLastsNanos)
        .as("half of that forgotten")
        .isEqualTo(80.0 * SECOND, within(1.0));
    heard(signs().setDiskTotalBytes(1_000).setDiskFreeBytes(900), 10 * SECOND);
    assertThat(health.diskLastsNanos).as("somebody made room").isInfinite();
  }

  @Test
  void aLongPauseIsShownForAMinute() {
    heard(signs());
    heard(signs().setLongestPauseMillis(999));
    assertThat(health.pause(now)).isEmpty();
    heard(signs().setLongestPauseMillis(1_000));
    assertThat(health.pause(now)).isEqualTo("paused 1.0 s");
    assertThat(health.pause(now + 60 * SECOND)).isEqualTo("paused 1.0 s");
    assertThat(health.pause(now + 60 * SECOND + 1)).isEmpty();
    heard(signs().setGcMillis(1_149).setLongestPauseMillis(2_300));
    assertThat(health.pause(now)).isEqualTo("paused 2.3 s");
    heard(signs().setGcMillis(1_149 + 1_150).setLongestPauseMillis(2_300));
    assertThat(health.pause(now)).as("half of it explained").isEqualTo("paused 2.3 s (GC)");
  }

  @Test
  void aPauseIsBelievedWithinReason() {
    assertThat(Health.pauseNanos(signs().setLongestPauseMillis(-5).build())).isZero();
    assertThat(Health.pauseNanos(signs().setLongestPauseMillis(7).build())).isEqualTo(7_000_000);
    assertThat(Health.pauseNanos(signs().setLongestPauseMillis(Long.MAX_VALUE).build()))
        .isEqualTo(3_600 * SECOND);
  }

  @Test
  void aPreemptionNoticeIsNotTakenBackAndThreadsAreCounted() {
    heard(signs().setPreemption("in 2 min"));
    heard(signs());
    assertThat(health.preemption).isEqualTo("in 2 min");
    health.heard(signs().build(), 3, SECOND, now);
    assertThat(health.lingering).isEqualTo(3);
    health.heard(signs().build(), -3, SECOND, now);
    assertThat(health.lingering).isZero();
  }
}
