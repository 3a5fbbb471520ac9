package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.RestoreCheckpointReply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody wants a partition to go on from one of its older checkpoints. */
class RestorationsTest {
  private Scenes scene = new Scenes(1);
  private TestWorker worker = scene.worker;

  @BeforeEach
  void threeCheckpoints() {
    scene = Scenes.running(1, 2, TestCluster.spec());
    worker = scene.worker;
    for (int i = 0; i < 3; i++) {
      worker.says(worker.checkpoint(worker.partition(0)));
    }
  }

  private TaskRecord task() {
    return scene.cluster.partition(scene.job, 0);
  }

  @Test
  void itGoesOnFromThatOneAndWhoWasAtItHasToStop() {
    Lease before = worker.partition(0);
    RestoreCheckpointReply reply = requireNonNull(scene.restore(0, 2));
    assertThat(reply.getWorker()).isEqualTo("a");
    assertThat(reply.getDropped()).isEqualTo(1);
    Lease after = worker.partition(0);
    assertThat(after).as("under a new lease").isNotEqualTo(before);
    assertThat(worker.assignment(after).getCheckpointsList())
        .extracting(Checkpoint::getSequence)
        .containsExactly(2L, 1L);
    assertThat(worker.assignment(after).getNextSequence()).as("no name twice").isEqualTo(4);
    assertThat(worker.says(worker.checkpoint(before))).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void newerOnesAreReleased() {
    scene.restore(0, 1);
    assertThat(scene.cluster.deletions)
        .last()
        .satisfies(
            deletion ->
                assertThat(deletion.keys())
                    .containsExactly("c1/job-1/p0/1-1-3-1.ckpt", "c1/job-1/p0/1-1-2-1.ckpt"));
  }

  @Test
  void whatTheRestoredOneReferencesIsNot() {
    scene.restore(0, 3);
    Lease lease = worker.partition(0);
    var incremental = worker.checkpoint(lease);
    incremental.getCheckpointBuilder().addReferences("c1/job-1/p0/1-1-3-1.ckpt");
    assertThat(worker.says(incremental)).isEqualTo(Verdict.OK);
    var next = worker.checkpoint(lease);
    next.getCheckpointBuilder().addReferences("c1/job-1/p0/1-1-3-1.ckpt");
    assertThat(worker.says(next)).isEqualTo(Verdict.OK);
    scene.restore(0, 4);
    assertThat(scene.cluster.deletions)
        .noneMatch(deletion -> deletion.keys().contains("c1/job-1/p0/1-1-3-1.ckpt"));
  }

  @Test
  void itCostsNoAttemptAndNoRecovery() {
    scene.restore(0, 2);
    assertThat(task().errorsWithoutProgress + task().lossesWithoutProgress).isZero();
    assertThat(scene.record().recoveries).isEmpty();
    assertThat(scene.cluster.describe(scene.job).getRecoveriesCount()).isZero();
  }

  /** Else the newer ones would be gone, and the worker would refuse it. */
  @Test
  void oneThatIsOlderThanTheJobAllowsIsRefusedWithTheRemedy() {
    scene =
        Scenes.running(
            1, 1, TestCluster.spec().toBuilder().setMaxCheckpointAgeMillis(8_000).build());
    worker = scene.worker;
    long now = scene.cluster.now().wallMillis();
    for (int i = 0; i < 3; i++) {
      var report = worker.checkpoint(worker.partition(0));
      report.getCheckpointBuilder().setCreatedMillis(now - 9_500 + 4_000L * i);
      worker.says(report);
    }
    assertThat(scene.restore(0, 1)).isNull();
    assertThat(scene.refusal())
        .isEqualTo(
            "partition 0 of job-1: checkpoint 1 is 9.5s old, and --max-checkpoint-age is 8s: add"
                + " '--max-checkpoint-age any' to go on from it all the same");
    assertThat(task().checkpoints).as("nothing is dropped").hasSize(3);
    assertThat(requireNonNull(scene.restore(0, 2)).getDropped()).isEqualTo(1);
    assertThat(requireNonNull(scene.restoreOfAnyAge(0, 1)).getDropped()).isEqualTo(1);
    assertThat(worker.assignment(worker.partition(0)).getSpec().getMaxCheckpointAgeMillis())
        .as("who goes on from it does not refuse it either")
        .isZero();
  }

  @Test
  void theSameAgainChangesNothing() {
    scene.pause();
    scene.givesBack();
    scene.restore(0, 2);
    int written = scene.cluster.journal.size();
    RestoreCheckpointReply again = requireNonNull(scene.restore(0, 2));
    assertThat(again.getDropped()).isZero();
    assertThat(scene.cluster.journal).hasSize(written);
  }

  @Test
  void aSecondAttemptEndsAsWell() {
    TestWorker other = TestWorker.joined(scene.cluster, "b", 2);
    scene.cluster.speculate(requireNonNull(task().hold));
    assertThat(task().second).isNotNull();
    Lease second = other.partition(0);
    other.says(other.checkpoint(second));
    scene.restore(0, 2);
    assertThat(task().second).isNull();
    assertThat(other.holds).doesNotContainKey(second);
    assertThat(task().checkpoints.get(0).getSequence()).isEqualTo(2);
  }

  @Test
  void aFailedPartitionGoesOnFromItWhenItsJobIsRetried() {
    worker.says(TestWorker.failed(worker.partition(0), Failed.Kind.PERMANENT));
    assertThat(requireNonNull(scene.restore(0, 1)).getState())
        .isEqualTo(PartitionState.PARTITION_FAILED);
    scene.retry();
    assertThat(worker.assignment(worker.partition(0)).getCheckpointsList())
        .extracting(Checkpoint::getSequence)
        .containsExactly(1L);
  }

  @Test
  void whatIsDoneIsNotDoneAgain() {
    worker.says(worker.completes(worker.partition(0)));
    assertThat(scene.restore(0, 3)).isNull();
    assertThat(scene.refusal())
        .isEqualTo("partition 0 of job-1 has succeeded: what is done is not done again");
  }

  @Test
  void aJobThatPublishesIsNotTakenBack() {
    worker.says(worker.completes(worker.partition(0)));
    worker.says(worker.completes(worker.partition(1)));
    Lease publishing = worker.lease();
    worker.says(TestWorker.prepared(publishing, TestWorker.manifest("/out/1")));
    assertThat(scene.restore(0, 3)).isNull();
    assertThat(scene.refusal()).isEqualTo("job-1: has begun to publish its output");
    worker.says(TestWorker.published(publishing));
    assertThat(scene.restore(0, 3)).isNull();
    assertThat(scene.refusal()).startsWith("job-1: its checkpoints were removed at");
  }

  @Test
  void whatThereIsIsSaidWhereThereIsNoSuchCheckpoint() {
    assertThat(scene.restore(0, 9)).isNull();
    assertThat(scene.refusal())
        .isEqualTo(
            "partition 0 of job-1 has no checkpoint 9: it keeps 3, 2, 1, and as the"
                + " job runs newer ones: 'belay pause job-1' first");
    assertThat(scene.restore(1, 1)).isNull();
    assertThat(scene.refusal())
        .isEqualTo("partition 1 of job-1 has no checkpoint 1, nor any other");
    assertThat(scene.restore(7, 1)).isNull();
    assertThat(scene.refusal()).isEqualTo("job-1 has no partition 7, but 0 to 1");
    worker.says(TestWorker.unusable(worker.partition(0), 3));
    assertThat(scene.restore(0, 3)).isNull();
    assertThat(scene.refusal())
        .isEqualTo(
            "partition 0 of job-1 cannot go on from checkpoint 3, which is unusable: CORRUPT: a"
                + " byte");
  }
}
