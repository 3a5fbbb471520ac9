package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is foreseen of workers by their signs, and what is done about it. */
class ForesightTest {
  private static final long GIB = 1L << 30;

  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 2);
  private final TestWorker b = TestWorker.joined(cluster, "b", 2);
  private final Map<TestWorker, Long> gc = new LinkedHashMap<>();

  /** Signs of a worker that spends this share of its time collecting garbage. */
  private void beat(TestWorker worker, int gcPercent, long freePercent, long errors) {
    long spent = gc.merge(worker, 500L * gcPercent / 100, Long::sum);
    worker.signs =
        Signs.newBuilder()
            .setGcMillis(spent)
            .setDiskTotalBytes(100 * GIB)
            .setDiskFreeBytes(freePercent * GIB)
            .setDiskErrors(errors)
            .build();
    worker.beat();
  }

  private void sound(TestWorker worker) {
    beat(worker, 2, 50, 0);
  }

  private WorkerDescription shown(TestWorker worker) {
    var reply =
        cluster.ask(cluster.command().setListWorkers(ListWorkersRequest.getDefaultInstance()));
    return ((ListWorkersReply) requireNonNull(reply))
        .getWorkersList().stream()
            .filter(it -> it.getId().equals(worker.name))
            .findFirst()
            .orElseThrow();
  }

  private void halfSecondsOf(int count, Runnable beats) {
    for (int i = 0; i < count; i++) {
      cluster.pass(500);
      beats.run();
    }
  }

  @Test
  void aWorkerThatCollectsGarbageMostOfTheTimeGetsNothingNew() {
    halfSecondsOf(
        60,
        () -> {
          beat(a, 90, 50, 0);
          sound(b);
        });
    assertThat(shown(a).getState()).as("sent away before it dies").isEqualTo(WorkerState.DRAINING);
    assertThat(a.draining).as("told so").isTrue();
    assertThat(shown(a).getReason()).contains("garbage collection takes", "%");
    assertThat(shown(a).getRisk()).isGreaterThan(0.8);
    assertThat(shown(b).getState()).isEqualTo(WorkerState.LIVE);
    cluster.submit(TestCluster.spec());
    assertThat(a.holds).isEmpty();
    assertThat(b.holds).hasSize(1);
  }

  @Test
  void whoRecoversIsAnOrdinaryWorkerAgain() {
    halfSecondsOf(
        25,
        () -> {
          beat(a, 80, 50, 0);
          sound(b);
        });
    assertThat(shown(a).getState()).isEqualTo(WorkerState.AT_RISK);
    halfSecondsOf(
        60,
        () -> {
          sound(a);
          sound(b);
        });
    assertThat(shown(a).getState()).isEqualTo(WorkerState.LIVE);
    assertThat(shown(a).getReason()).isEmpty();
  }

  @Test
  void aSignThatMostShowIsTheClustersAndSendsNobodyAway() {
    TestWorker c = TestWorker.joined(cluster, "c", 2);
    halfSecondsOf(
        60,
        () -> {
          beat(a, 2, 0, 0);
          beat(b, 2, 0, 0);
          sound(c);
        });
    assertThat(shown(a).getState()).isEqualTo(WorkerState.LIVE);
    assertThat(shown(a).getReason()).as("shown all the same").contains("disk");
    assertThat(shown(b).getState()).isEqualTo(WorkerState.LIVE);
  }

  @Test
  void whoFellIllAndDiedIsNoReasonToSpareTheNext() {
    TestWorker c = TestWorker.joined(cluster, "c", 2);
    TestWorker d = TestWorker.joined(cluster, "d", 2);
    halfSecondsOf(
        30,
        () -> {
          beat(c, 90, 50, 0);
          beat(d, 90, 50, 0);
          sound(a);
          sound(b);
        });
    halfSecondsOf(
        20,
        () -> {
          sound(a);
          sound(b);
        });
    assertThat(shown(d).getState()).isEqualTo(WorkerState.LOST);
    halfSecondsOf(
        30,
        () -> {
          beat(a, 90, 50, 0);
          sound(b);
        });
    assertThat(shown(a).getState()).isIn(WorkerState.AT_RISK, WorkerState.DRAINING);
  }

  @Test
  void theLastWhoCouldRunAJobKeepsIt() {
    b.draining = true;
    cluster.submit(TestCluster.spec());
    halfSecondsOf(
        60,
        () -> {
          beat(a, 95, 50, 0);
          sound(b);
        });
    assertThat(shown(a).getState()).isEqualTo(WorkerState.LIVE);
    assertThat(shown(a).getRisk()).isGreaterThan(0.8);
    assertThat(a.draining).isFalse();
  }

  @Test
  void aPreemptionNoticeDrainsAtOnceBeItTheLastWorker() {
    b.draining = true;
    b.beat();
    a.signs = Signs.newBuilder().setPreemption("in 2 min").build();
    a.beat();
    assertThat(a.draining).isTrue();
    assertThat(shown(a).getReason()).isEqualTo("preemption notice: in 2 min");
  }

  @Test
  void badSignsMustLastBeforeAWorkerIsSentAway() {
    sound(a);
    sound(b);
    cluster.pass(500);
    beat(a, 2, 50, 20);
    assertThat(shown(a).getState()).isEqualTo(WorkerState.AT_RISK);
    assertThat(a.draining).isFalse();
  }

  @Test
  void aPauseIsShownAndToldFromDeath() {
    halfSecondsOf(
        30,
        () -> {
          sound(a);
          sound(b);
        });
    cluster.pass(1_500);
    cluster.pass(500);
    b.beat();
    cluster.pass(1_000);
    a.signs = a.signs.toBuilder().setGcMillis(3_000).setLongestPauseMillis(2_700).build();
    a.beat();
    assertThat(shown(a).getReason()).isEqualTo("paused 2.7 s (GC)");
  }

  @Test
  void threadsThatDoNotLeaveTakeUpSlots() {
    a.lingering = 1;
    a.beat();
    b.lingering = 2;
    b.beat();
    assertThat(shown(b).getLingering()).isEqualTo(2);
    cluster.submit(TestCluster.spec());
    cluster.submit(TestCluster.spec());
    cluster.submit(TestCluster.spec());
    assertThat(a.holds).hasSize(1);
    assertThat(b.holds).isEmpty();
    b.lingering = 0;
    b.beat();
    assertThat(b.holds).hasSize(2);
  }

  @Test
  void signsThatMakeNoSenseDoNoHarm() {
    for (long wild : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0}) {
      cluster.pass(500);
      a.signs =
          Signs.newBuilder()
              .setGcMillis(wild)
              .setLongestPauseMillis(wild)
              .setDiskFreeBytes(wild)
              .setDiskTotalBytes(-wild)
              .setDiskErrors(wild)
              .build();
      a.lingering = (int) wild;
      a.beat();
      assertThat(shown(a).getRisk()).isBetween(0.0, 1.0);
    }
  }

  private void free(TestWorker worker, long perMille) {
    worker.signs = Signs.newBuilder().setDiskTotalBytes(1_000).setDiskFreeBytes(perMille).build();
    worker.beat();
  }

  @Test
  void whoIsAtRiskMustBeClearlySoundBeforeItGetsWorkAgain() {
    free(a, 25);
    assertThat(shown(a).getRisk()).isBetween(0.35, 0.5);
    assertThat(shown(a).getState()).as("never was at risk").isEqualTo(WorkerState.LIVE);
    free(a, 500);
    free(b, 20);
    assertThat(shown(b).getState()).isEqualTo(WorkerState.AT_RISK);
    cluster.pass(500);
    free(b, 25);
    assertThat(shown(b).getState()).as("hardly better").isEqualTo(WorkerState.AT_RISK);
    cluster.pass(500);
    free(b, 40);
    assertThat(shown(b).getState()).isEqualTo(WorkerState.LIVE);
  }

  @Test
  void badSignsLastFiveSecondsBeforeAWorkerIsSentAway() {
    sound(a);
    sound(b);
    cluster.pass(500);
    beat(a, 2, 50, 1_000);
    halfSecondsOf(
        9,
        () -> {
          beat(a, 2, 50, 1_000);
          sound(b);
        });
    assertThat(a.draining).as("after 4.5 s").isFalse();
    cluster.pass(500);
    beat(a, 2, 50, 1_000);
    assertThat(a.draining).as("after 5 s").isTrue();
  }

  @Test
  void attemptsThatFailAreASignAndOneThatHangsTakesItsSlotAtOnce() {
    sound(a);
    sound(b);
    b.draining = true;
    b.beat();
    cluster.submit(TestCluster.spec());
    assertThat(a.says(TestWorker.failed(a.lease(), Failed.Kind.APPLICATION))).isEqualTo(Verdict.OK);
    cluster.pass(500);
    sound(a);
    assertThat(shown(a).getRisk()).isBetween(0.07, 0.075);

    cluster.pass(10_000);
    halfSecondsOf(10, () -> sound(a));
    assertThat(a.says(TestWorker.failed(a.lease(), Failed.Kind.STUCK))).isEqualTo(Verdict.OK);
    assertThat(shown(a).getLingering()).isOne();
  }
}
