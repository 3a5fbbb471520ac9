package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a partition that lost its worker counts as running again, and how far it then is. */
class RecoveringTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private String job = "";

  @BeforeEach
  void onePartition() {
    job = cluster.submit(TestCluster.spec());
    a.plans(1);
  }

  private TaskRecord task() {
    return cluster.partition(job, 0);
  }

  private Report.Builder checkpoint(long done) {
    Report.Builder report = a.checkpoint(a.lease());
    report.getCheckpointBuilder().setProgress(Progress.newBuilder().setDone(done).setTotal(100));
    return report;
  }

  @Test
  void itRecoversUntilItsFirstSafePoint() {
    a.says(checkpoint(10));
    a.says(TestWorker.released(a.lease()));
    assertThat(task().leased()).isTrue();
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_RECOVERING);
    a.says(TestWorker.started(a.lease(), 1));
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_RUNNING);
  }

  @Test
  void orUntilItsFirstCheckpoint() {
    a.says(checkpoint(10));
    a.says(TestWorker.released(a.lease()));
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_RECOVERING);
    a.says(checkpoint(20));
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_RUNNING);
  }

  @Test
  void anUnusableCheckpointSetsItBackToTheOneBefore() {
    a.says(checkpoint(10));
    a.says(checkpoint(20));
    a.says(TestWorker.released(a.lease()));
    Lease lease = a.lease();
    a.says(TestWorker.unusable(lease, 2));
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_RECOVERING);
    assertThat(task().progress.getDone()).isEqualTo(10);
    a.says(TestWorker.unusable(lease, 1));
    assertThat(task().progress.getDone()).isZero();
    assertThat(task().checkpoints).isEmpty();
  }

  @Test
  void whereAllAreUnusableTheyAreTriedAgainRatherThanBegunFromTheStart() {
    a.says(checkpoint(10));
    a.says(checkpoint(20));
    a.says(TestWorker.released(a.lease()));
    Lease lease = a.lease();
    a.says(TestWorker.unusable(lease, 2));
    a.says(TestWorker.unusable(lease, 1));
    a.says(TestWorker.released(lease));
    assertThat(a.assignment(a.lease()).getCheckpointsList())
        .extracting(Checkpoint::getSequence)
        .containsExactly(2L, 1L);
    assertThat(a.says(TestWorker.unusable(a.lease(), 2))).isEqualTo(Verdict.OK);
    assertThat(task().quarantined).as("reported once").hasSize(2);
    a.says(TestWorker.started(a.lease(), 1));
    assertThat(a.says(checkpoint(30))).isEqualTo(Verdict.OK);
    assertThat(task().checkpoints).hasSize(1);
  }

  /** Who could read none of them has none: what the other one's cache holds would be given up. */
  @Test
  void whoDidNotBeginItIsNotTakenForTheOneThatHasItsCheckpoints() {
    a.says(TestWorker.started(a.lease(), 0));
    a.says(checkpoint(10));
    assertThat(task().heldLast).isEqualTo("a");
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    a.draining = true;
    a.beat();
    a.says(TestWorker.released(a.lease()));
    b.says(TestWorker.unusable(b.lease(), 1));
    assertThat(task().heldLast).isEqualTo("a");
    b.says(TestWorker.started(b.lease(), 0));
    assertThat(task().heldLast).isEqualTo("b");
  }

  @Test
  void andFromTheStartWhereTheJobWantsThat() {
    TestCluster other = new TestCluster();
    TestWorker b = TestWorker.joined(other, "b", 1);
    other.submit(
        TestCluster.spec().toBuilder().setOnLostCheckpoints(OnLostCheckpoints.RESTART).build());
    b.plans(1);
    b.says(b.checkpoint(b.lease()));
    b.says(TestWorker.released(b.lease()));
    b.says(TestWorker.unusable(b.lease(), 1));
    b.says(TestWorker.released(b.lease()));
    assertThat(b.assignment(b.lease()).getCheckpointsList()).isEmpty();
  }

  @Test
  void onceEverythingOfAJobIsDeletedNothingIsLeftToDelete() {
    for (int i = 1; i <= 5; i++) {
      a.says(checkpoint(i));
    }
    assertThat(cluster.job(job).released).isNotEmpty();
    a.says(TestWorker.completed(a.lease()));
    Lease publishing = a.lease();
    a.says(TestWorker.prepared(publishing, Manifest.getDefaultInstance()));
    a.says(TestWorker.published(publishing));
    assertThat(cluster.job(job).releasedAll).isTrue();
    cluster.batch(
        cluster
            .command()
            .setDeletionDone(DeletionDone.newBuilder().setJob(job).setAll(true))
            .build());
    assertThat(cluster.job(job).releasedAll).isFalse();
    assertThat(cluster.job(job).released).isEmpty();
  }
}
