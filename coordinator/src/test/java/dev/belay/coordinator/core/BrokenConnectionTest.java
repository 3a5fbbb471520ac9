package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.Recovery;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a broken connection means for the leases of who was at its other end. */
class BrokenConnectionTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 2);
  private String job = "";

  /** A job of so many partitions, planned by worker a; those that it has slots for are its own. */
  private void running(int partitions) {
    job = cluster.submit(TestCluster.spec());
    a.plans(partitions);
  }

  private List<Recovery> recoveries() {
    return cluster.describe(job).getRecoveriesList();
  }

  /** Time passes in which these workers are heard. */
  private void passWith(long millis, TestWorker... heard) {
    for (long left = millis; left > 0; left -= 250) {
      cluster.pass(Math.min(250, left));
      for (TestWorker worker : heard) {
        worker.beat();
      }
    }
  }

  @Test
  void aBrokenConnectionMovesLeasesAfterAShortGraceToWhoCanStartThemNow() {
    running(2);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    a.breaks();
    cluster.pass(250);
    assertThat(b.holds).as("within the grace").isEmpty();
    cluster.pass(50);
    assertThat(b.holds).as("as many as b has slots for").hasSize(1);
    assertThat(recoveries()).hasSize(1);
    assertThat(recoveries().get(0).getCause()).isEqualTo(Cause.CONNECTION_LOST);
    passWith(5_000, b);
    assertThat(recoveries()).as("the other waits once a is dead").hasSize(2);
    assertThat(recoveries().get(1).getCause()).isEqualTo(Cause.CONNECTION_LOST);
  }

  @Test
  void whoIsBackWithinTheGraceKeepsEverything() {
    running(2);
    TestWorker.joined(cluster, "b", 2);
    List<Lease> before = List.copyOf(a.holds.keySet());
    a.breaks();
    cluster.pass(250);
    a.join();
    cluster.pass(1_000);
    assertThat(a.holds.keySet()).containsExactlyElementsOf(before);
    assertThat(recoveries()).isEmpty();
  }

  @Test
  void aBrokenConnectionTakesNothingWhileNobodyElseCouldStartIt() {
    running(2);
    a.breaks();
    cluster.pass(3_000);
    a.join();
    assertThat(a.holds).hasSize(2);
    assertThat(recoveries()).isEmpty();
  }

  @Test
  void whatWaitsGoesBeforeWhatMayStillRun() {
    running(3);
    a.breaks();
    cluster.pass(1_000);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    assertThat(b.lease().getTask().getIndex()).isEqualTo(2);
  }

  @Test
  void whenManyConnectionsBreakAtOnceTheFaultIsOnThisSide() {
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    TestWorker c = TestWorker.joined(cluster, "c", 1);
    running(4);
    TestWorker d = TestWorker.joined(cluster, "d", 4);
    cluster.batch(a.breaking(), b.breaking(), c.breaking());
    passWith(4_500, d);
    assertThat(d.holds).as("the full timeout is waited for").isEmpty();
    passWith(500, d);
    assertThat(d.holds).hasSize(4);
  }

  @Test
  void whoIsLongGoneDoesNotMakeABreakLookLikeMany() {
    for (String name : List.of("x", "y", "z")) {
      TestWorker.joined(cluster, name, 1).breaks();
    }
    running(2);
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    passWith(5_000, a, b);
    a.breaks();
    passWith(500, b);
    assertThat(b.holds).hasSize(2);
  }

  @Test
  void aConnectionThatBreaksWhileAllDialAnewCostsNothing() {
    running(2);
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    cluster.crash(true);
    b.join();
    a.join();
    a.breaks();
    passWith(4_000, b);
    assertThat(b.holds).isEmpty();
    a.join();
    passWith(10_000, a, b);
    assertThat(recoveries()).isEmpty();
  }

  @Test
  void theRecoveryTellsHowLongTheWorkerHadNotBeenHeard() {
    running(2);
    TestWorker.joined(cluster, "b", 2);
    cluster.pass(100);
    a.breaks();
    cluster.pass(300);
    assertThat(recoveries()).hasSize(2);
    assertThat(recoveries().get(0).getDetectedMillis()).isEqualTo(400);
  }

  @Test
  void onlyWhatHadASlotThereIsBlamedForTheLoss() {
    TestWorker b = new TestWorker(cluster, "b", "b-1", 1);
    b.queue = 3;
    b.join();
    running(8);
    cluster.stall(20);
    b.says(completed(b.lease()));
    List<Lease> slotAndQueue = List.copyOf(b.holds.keySet());
    assertThat(slotAndQueue).hasSize(4);
    b.breaks();
    TestWorker c = TestWorker.joined(cluster, "c", 8);
    cluster.pass(300);
    assertThat(c.holds).hasSize(5);
    assertThat(slotAndQueue)
        .extracting(
            lease -> cluster.partition(job, lease.getTask().getIndex()).lossesWithoutProgress)
        .containsExactly(1, 0, 0, 0);
  }

  @Test
  void aLeaseWhoseLossWouldBeTheLastIsNotMovedButWaitedFor() {
    running(1);
    TestWorker holder = a;
    for (int losses = 1; losses < Exhaustion.MOST_LOSSES; losses++) {
      holder = holder.restarted();
    }
    assertThat(cluster.partition(job, 0).lossesWithoutProgress).isEqualTo(4);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    holder.breaks();
    passWith(2_000, b);
    assertThat(cluster.partition(job, 0).lossesWithoutProgress).isEqualTo(4);
    holder.join();
    assertThat(holder.says(completed(holder.lease()))).isEqualTo(Verdict.OK);
  }

  @Test
  void ofAPausedJobNothingIsMoved() {
    running(1);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    cluster.ask(cluster.command().setPauseJob(PauseJobRequest.newBuilder().setJob(job)));
    a.breaks();
    passWith(2_000, b);
    assertThat(b.holds).isEmpty();
    assertThat(cluster.job(job).running).isEqualTo(1);
  }

  @Test
  void ofTwoAttemptsTheOtherGoesOnAlone() {
    running(1);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    cluster.speculate(requireNonNull(cluster.partition(job, 0).hold));
    TestWorker c = TestWorker.joined(cluster, "c", 1);
    a.breaks();
    passWith(350, b, c);
    assertThat(c.holds).as("nothing to be placed").isEmpty();
    assertThat(b.holds).hasSize(1);
    assertThat(cluster.partition(job, 0).second).isNull();
  }
}
