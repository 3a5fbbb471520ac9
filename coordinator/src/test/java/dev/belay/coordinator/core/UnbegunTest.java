package dev.belay.coordinator.core;

import static dev.belay.runtime.proto.PartitionState.PARTITION_PENDING;
import static dev.belay.runtime.proto.PartitionState.PARTITION_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.CauseCount;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.Released.Why;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Leases that are given back before anything was begun under them. */
class UnbegunTest {
  private final Scenes scene = Scenes.running(1, 1, TestCluster.spec());

  private PartitionDescription partition() {
    return scene.cluster.describe(scene.job).getPartitions(0);
  }

  private static CauseCount count(Cause cause, int count) {
    return CauseCount.newBuilder().setCause(cause).setCount(count).build();
  }

  /** It would burn the job's whole budget in an hour, and no attempt was ever made. */
  @Test
  void behindAThreadThatHangsNoAttemptIsBurnt() {
    scene.worker.says(TestWorker.failed(scene.worker.lease(), Failed.Kind.STUCK));
    for (int i = 0; i < 20; i++) {
      scene.passes(2_000);
      Lease lease = scene.worker.lease();
      assertThat(scene.worker.says(TestWorker.released(lease, Why.OLD_THREAD)))
          .isEqualTo(Verdict.OK);
      assertThat(partition().getState()).isEqualTo(PARTITION_PENDING);
    }
    assertThat(partition().getAttempts()).isEqualTo(1);
    assertThat(partition().getEndingsList())
        .containsExactly(count(Cause.STUCK, 1), count(Cause.OLD_THREAD, 20));
    assertThat(partition().getError()).contains("hangs on worker a", "restart that worker");
    assertThat(scene.cluster.describe(scene.job).getRecoveriesList())
        .as("of the attempt that hung, alone")
        .hasSize(1);
  }

  @Test
  void behindAThreadThatHangsItGoesElsewhere() {
    TestWorker other = TestWorker.joined(scene.cluster, "b", 1);
    scene.worker.says(TestWorker.released(scene.worker.lease(), Why.OLD_THREAD));
    scene.passes(1_500);
    assertThat(other.holds).hasSize(1);
    assertThat(partition().getState()).isEqualTo(PARTITION_RUNNING);
  }

  /** A worker that gives back at once would else be asked again at once, for ever. */
  @Test
  void whereThereIsNobodyElseItDoesNotComeBackAtOnce() {
    scene.worker.says(TestWorker.released(scene.worker.lease(), Why.OLD_THREAD));
    scene.cluster.pass(900);
    assertThat(scene.worker.holds).isEmpty();
    scene.cluster.pass(200);
    assertThat(scene.worker.holds).hasSize(1);
  }

  @Test
  void whatWaitedTooLongForASlotGoesOnAsIfNothingHadHappened() {
    assertThat(scene.worker.says(TestWorker.released(scene.worker.lease(), Why.NO_SLOT)))
        .isEqualTo(Verdict.OK);
    assertThat(scene.worker.holds).hasSize(1);
    assertThat(partition().getAttempts()).isEqualTo(1);
    assertThat(partition().getError()).isEmpty();
    assertThat(partition().getEndingsList()).containsExactly(count(Cause.NO_SLOT, 1));
    assertThat(scene.cluster.describe(scene.job).getRecoveriesList()).isEmpty();
  }

  @Test
  void aSecondAttemptThatCannotBeginLeavesTheFirstAlone() {
    TestWorker other = TestWorker.joined(scene.cluster, "b", 1);
    scene.cluster.speculate(Objects.requireNonNull(scene.cluster.partition(scene.job, 0).hold));
    other.says(TestWorker.released(other.lease(), Why.OLD_THREAD));
    assertThat(scene.worker.says(TestWorker.completed(scene.worker.lease()))).isEqualTo(Verdict.OK);
  }

  @Test
  void aFirstAttemptThatCannotBeginLeavesTheWorkToTheSecond() {
    TestWorker other = TestWorker.joined(scene.cluster, "b", 1);
    scene.cluster.speculate(Objects.requireNonNull(scene.cluster.partition(scene.job, 0).hold));
    scene.worker.says(TestWorker.released(scene.worker.lease(), Why.NO_SLOT));
    assertThat(other.says(TestWorker.completed(other.lease()))).isEqualTo(Verdict.OK);
  }
}
