package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static dev.belay.coordinator.core.TestWorker.failed;
import static dev.belay.coordinator.core.TestWorker.released;
import static dev.belay.coordinator.core.TestWorker.started;
import static dev.belay.coordinator.core.TestWorker.unusable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What workers report counts once, and only from who holds the lease. */
class ReportsTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private String job = "";

  @BeforeEach
  void onePartition() {
    job = cluster.submit(TestCluster.spec());
    a.plans(1, false);
  }

  private TaskRecord task() {
    return cluster.partition(job, 0);
  }

  private int written() {
    return cluster.journal.size();
  }

  @Test
  void whatCarriesAnOldEpochIsRefused() {
    Lease old = a.lease();
    Report.Builder checkpoint = a.checkpoint(old);
    a.says(released(old));
    Lease now = a.lease();
    assertThat(now.getEpoch().getCounter()).isEqualTo(old.getEpoch().getCounter() + 1);
    assertThat(a.says(checkpoint)).isEqualTo(Verdict.REFUSED);
    int before = written();
    for (Report.Builder report :
        List.of(
            started(old, 0),
            checkpoint,
            unusable(old, 1),
            completed(old),
            failed(old, Failed.Kind.PERMANENT),
            released(old))) {
      assertThat(a.says(report)).as("%s", report.getWhatCase()).isEqualTo(Verdict.REFUSED);
    }
    assertThat(written()).isEqualTo(before);
    assertThat(a.says(completed(now))).isEqualTo(Verdict.OK);
  }

  @Test
  void anEpochOfTheFutureOrOfAnotherRegionIsRefused() {
    Lease lease = a.lease();
    Lease future = lease.toBuilder().setEpoch(lease.getEpoch().toBuilder().setCounter(99)).build();
    Lease region =
        lease.toBuilder().setEpoch(lease.getEpoch().toBuilder().setGeneration(2)).build();
    assertThat(a.says(completed(future))).isEqualTo(Verdict.REFUSED);
    assertThat(a.says(completed(region))).isEqualTo(Verdict.REFUSED);
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_RUNNING);
  }

  @Test
  void threeCheckpointsAreKeptAndOlderObjectsReleasedThenDeleted() {
    Lease lease = a.lease();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Report.Builder report = a.checkpoint(lease);
      keys.add(report.getCheckpoint().getObject().getKey());
      assertThat(a.says(report)).isEqualTo(Verdict.OK);
    }
    assertThat(task().checkpoints).extracting(Checkpoint::getSequence).containsExactly(5L, 4L, 3L);
    assertThat(cluster.deletions)
        .extracting(Effect.Delete::keys)
        .containsExactly(List.of(keys.get(0)), List.of(keys.get(1)));
    assertThat(cluster.job(job).released).containsExactlyElementsOf(keys.subList(0, 2));
    cluster.deletions.clear();
    cluster.crash(true);
    assertThat(cluster.deletions).as("what was not known to be deleted comes again").hasSize(1);
    cluster.batch(
        cluster
            .command()
            .setDeletionDone(DeletionDone.newBuilder().setJob(job).addAllKeys(keys.subList(0, 2)))
            .build());
    assertThat(cluster.job(job).released).isEmpty();
  }

  @Test
  void anObjectThatAKeptCheckpointReferencesIsNotReleased() {
    Lease lease = a.lease();
    Report.Builder first = a.checkpoint(lease);
    a.says(first);
    String base = first.getCheckpoint().getObject().getKey();
    for (int i = 0; i < 3; i++) {
      Report.Builder next = a.checkpoint(lease);
      next.getCheckpointBuilder().addReferences(base);
      assertThat(a.says(next)).isEqualTo(Verdict.OK);
    }
    assertThat(cluster.deletions).as("the first is dropped, its object is not").isEmpty();
    for (int i = 0; i < 3; i++) {
      a.says(a.checkpoint(lease));
    }
    assertThat(cluster.deletions).flatExtracting(Effect.Delete::keys).contains(base);
  }

  @Test
  void aCheckpointThatNeedsAReleasedObjectMustBeWrittenInFull() {
    Lease lease = a.lease();
    Report.Builder first = a.checkpoint(lease);
    a.says(first);
    for (int i = 0; i < 3; i++) {
      a.says(a.checkpoint(lease));
    }
    Report.Builder late = a.checkpoint(lease);
    late.getCheckpointBuilder().addReferences(first.getCheckpoint().getObject().getKey());
    int before = written();
    assertThat(a.says(late)).isEqualTo(Verdict.WRITE_FULL);
    assertThat(written()).isEqualTo(before);
    assertThat(a.says(a.checkpoint(lease))).as("in full").isEqualTo(Verdict.OK);
  }

  @Test
  void aCheckpointReferencesAtMost64Objects() {
    Lease lease = a.lease();
    Report.Builder report = a.checkpoint(lease);
    String own = report.getCheckpoint().getObject().getKey();
    for (int i = 0; i < 64; i++) {
      report.getCheckpointBuilder().addReferences(own);
    }
    assertThat(a.says(report)).isEqualTo(Verdict.WRITE_FULL);
  }

  @Test
  void progressGoesBackOnlyByANamedFallback() {
    Lease lease = a.lease();
    for (int i = 0; i < 3; i++) {
      a.says(a.checkpoint(lease));
    }
    a.says(released(lease));
    Lease again = a.lease();
    Assignment assignment = a.assignment(again);
    assertThat(assignment.getCheckpointsList())
        .extracting(Checkpoint::getSequence)
        .containsExactly(3L, 2L, 1L);
    assertThat(a.says(unusable(again, 3))).isEqualTo(Verdict.OK);
    assertThat(a.says(unusable(again, 2))).isEqualTo(Verdict.OK);
    assertThat(a.says(started(again, 1))).isEqualTo(Verdict.OK);
    assertThat(task().checkpoints).extracting(Checkpoint::getSequence).containsExactly(1L);
    assertThat(task().quarantined).hasSize(2);
    assertThat(task().quarantined.get(0).getMessage()).isEqualTo("CORRUPT: a byte");
    assertThat(cluster.deletions).as("kept for whoever looks into it").isEmpty();
    Report.Builder next = a.checkpoint(again);
    assertThat(next.getCheckpoint().getSequence()).as("never used twice").isEqualTo(4);
    assertThat(a.says(next)).isEqualTo(Verdict.OK);
  }

  @Test
  void aSequenceOfBeforeTheLeaseIsNotAcknowledged() {
    Lease lease = a.lease();
    a.says(a.checkpoint(lease));
    a.says(a.checkpoint(lease));
    a.says(released(lease));
    Lease again = a.lease();
    a.says(unusable(again, 2));
    // A worker that counts on from the checkpoint it resumed from.
    Report.Builder wrong =
        Report.newBuilder().setLease(again).setCheckpoint(a.checkpoint("c1/" + job, again, 2));
    assertThat(a.says(wrong)).isEqualTo(Verdict.REFUSED);
    assertThat(task().checkpoints).extracting(Checkpoint::getSequence).containsExactly(1L);
  }

  @Test
  void aCheckpointIsCalledByItsTaskLeaseAndSequence() {
    for (String key :
        List.of(
            "",
            "c1/job-2/p0/1-1-1-1.ckpt",
            "c1/job-1/p1/1-1-1-1.ckpt",
            "c1/job-1/p0/1-9-1-1.ckpt",
            "c1/job-1/p0/1-1-2-1.ckpt",
            "c1/job-1/p0/1-1-1-/../../p1/1-1-1-1.ckpt",
            "other/job-1/p0/1-1-1-1.ckpt")) {
      Lease lease = a.lease();
      Report.Builder report = a.checkpoint(lease);
      report.getCheckpointBuilder().getObjectBuilder().setKey(key);
      int before = task().errorsWithoutProgress;
      assertThat(a.says(report)).as(key).isEqualTo(Verdict.REFUSED);
      assertThat(task().checkpoints).isEmpty();
      if (task().ended()) {
        break;
      }
      assertThat(task().errorsWithoutProgress).isEqualTo(before + 1);
      cluster.stall(60_000);
      cluster.tick();
      a.beat();
    }
  }

  @Test
  void whoIsRefusedUnderItsCurrentLeaseLosesTheLease() {
    Lease lease = a.lease();
    assertThat(a.says(TestWorker.planned(lease, 3))).isEqualTo(Verdict.REFUSED);
    assertThat(task().leased()).as("else nobody would ever work on it").isFalse();
    assertThat(task().error).contains("worker a").contains("partition 0");
    cluster.pass(1_200);
    a.beat();
    cluster.tick();
    assertThat(a.lease().getEpoch().getCounter()).isEqualTo(2);
    assertThat(a.says(completed(a.lease()))).isEqualTo(Verdict.OK);
  }

  @Test
  void aReportOfAnUnknownKindEndsTheAttemptAndInTheEndTheJob() {
    for (int i = 0; i < 5; i++) {
      assertThat(a.says(Report.newBuilder().setLease(a.lease()))).isEqualTo(Verdict.REFUSED);
      cluster.stall(70_000);
      cluster.tick();
      a.beat();
      cluster.tick();
    }
    assertThat(cluster.describe(job).getSummary().getState()).isEqualTo(JobState.JOB_FAILED);
    assertThat(cluster.describe(job).getSummary().getError()).contains("run the same version");
  }

  @Test
  void aTaskThatFailsIsTriedAgainLaterAndElsewhereFirst() {
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    assertThat(a.says(failed(a.lease(), Failed.Kind.APPLICATION))).isEqualTo(Verdict.OK);
    assertThat(b.holds).as("not at once").isEmpty();
    cluster.pass(1_150);
    assertThat(b.holds).hasSize(1);
    assertThat(a.holds).isEmpty();
    assertThat(task().error).isEqualTo("no luck");
    assertThat(task().errorsWithoutProgress).isEqualTo(1);
  }

  @Test
  void fiveFailuresWithoutProgressFailTheJobAndACheckpointForgives() {
    for (int i = 0; i < 4; i++) {
      a.says(failed(a.lease(), Failed.Kind.APPLICATION));
      again();
    }
    a.says(a.checkpoint(a.lease()));
    assertThat(task().errorsWithoutProgress).isZero();
    for (int i = 0; i < 4; i++) {
      a.says(failed(a.lease(), Failed.Kind.APPLICATION));
      again();
    }
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_RUNNING);
    a.says(failed(a.lease(), Failed.Kind.APPLICATION));
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_FAILED);
    assertThat(cluster.job(job).error)
        .isEqualTo(
            "partition 0 failed 5 times without progress, the last time on worker a: no luck");
    assertThat(task().checkpoints).as("a failed job keeps its checkpoints").isNotEmpty();
    assertThat(cluster.deletions).isEmpty();
  }

  private void again() {
    cluster.stall(70_000);
    cluster.tick();
    a.beat();
    cluster.tick();
  }

  @Test
  void lostWorkersAndDrainsBurnNoRetries() {
    TestWorker worker = a;
    for (int i = 0; i < 12; i++) {
      worker = worker.restarted();
      if (i % 4 == 3) {
        worker.says(worker.checkpoint(worker.lease()));
      }
      worker.says(released(worker.lease()));
    }
    assertThat(task().errorsWithoutProgress).isZero();
    assertThat(worker.says(completed(worker.lease()))).isEqualTo(Verdict.OK);
  }

  @Test
  void theWallClockSetBackDelaysNoRetry() {
    a.says(failed(a.lease(), Failed.Kind.APPLICATION));
    cluster.setWallClock(-24 * 3_600_000L);
    cluster.tick();
    assertThat(a.holds).hasSize(1);
  }

  @Test
  void whatCannotBeHelpedFailsTheJobAtOnce() {
    assertThat(a.says(failed(a.lease(), Failed.Kind.PERMANENT))).isEqualTo(Verdict.OK);
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_FAILED);
    assertThat(cluster.job(job).error).isEqualTo("partition 0: no luck");
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_FAILED);
  }

  @Test
  void aResultIsSmall() {
    Result large =
        Result.newBuilder()
            .addFields(
                Field.newBuilder()
                    .setName("text")
                    .setValue(Value.newBuilder().setText("x".repeat(4096))))
            .build();
    Report.Builder report = completed(a.lease());
    report.getCompletedBuilder().setResult(large);
    a.says(report);
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_FAILED);
    assertThat(cluster.job(job).error).contains("4096");
  }

  @Test
  void completionReleasesTheCheckpoints() {
    Report.Builder checkpoint = a.checkpoint(a.lease());
    a.says(checkpoint);
    a.says(completed(a.lease()));
    assertThat(cluster.deletions)
        .flatExtracting(Effect.Delete::keys)
        .containsExactly(checkpoint.getCheckpoint().getObject().getKey());
  }

  @Test
  void reportsOnAStreamThatIsNotTheNewestAreNotHeard() {
    Lease lease = a.lease();
    long old = a.stream;
    a.join();
    int before = written();
    Command late =
        cluster.from(
            old,
            dev.belay.runtime.proto.FromWorker.newBuilder().setReport(completed(lease)).build());
    cluster.batch(late);
    assertThat(written()).isEqualTo(before);
    assertThat(task().leased()).isTrue();
  }
}
