package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of objects and files that were made for a report which came too late. */
class TooLateTest {
  private final Scenes scene = Scenes.running(2, 1, TestCluster.spec());
  private final TestCluster cluster = scene.cluster;
  private final TestWorker worker = scene.worker;

  private List<String> deleted() {
    return cluster.deletions.stream().flatMap(one -> one.keys().stream()).toList();
  }

  private static String key(Report.Builder report) {
    return report.getCheckpoint().getObject().getKey();
  }

  /** The partition goes to another worker while this one, cut off, does not know. */
  private TestWorker movesElsewhere() {
    TestWorker other = TestWorker.joined(cluster, "b", 1);
    worker.breaks();
    cluster.pass(6_000);
    other.beat();
    assertThat(other.holds).hasSize(1);
    return other;
  }

  @Test
  void aCheckpointThatWasOnItsWayWhenItsJobWasCancelledIsDeleted() {
    Report.Builder late = worker.checkpoint(worker.lease());
    cluster.cancel(scene.job);
    assertThat(worker.says(late)).isEqualTo(Verdict.REFUSED);
    assertThat(deleted()).containsExactly(key(late));
    assertThat(worker.says(late)).isEqualTo(Verdict.REFUSED);
    assertThat(deleted()).as("once is enough").hasSize(1);
  }

  /** The answer was lost, and the lease with it; the next holder restores from that object. */
  @Test
  void oneThatCountedIsKeptHoweverOftenItIsSaidAgain() {
    Report.Builder counted = worker.checkpoint(worker.lease());
    worker.says(counted);
    TestWorker other = movesElsewhere();
    assertThat(other.assignment(other.lease()).getCheckpoints(0).getObject().getKey())
        .isEqualTo(key(counted));
    worker.lied = true;
    worker.join();
    assertThat(worker.says(counted)).isEqualTo(Verdict.REFUSED);
    assertThat(deleted()).isEmpty();
  }

  @Test
  void oneThatASecondAttemptGoesOnFromIsKept() {
    Report.Builder counted = worker.checkpoint(worker.lease());
    Lease first = worker.lease();
    worker.says(counted);
    TestWorker other = TestWorker.joined(cluster, "b", 1);
    cluster.speculate(java.util.Objects.requireNonNull(cluster.partition(scene.job, 0).hold));
    worker.says(TestWorker.released(first));
    for (int i = 0; i < 2; i++) {
      other.says(other.checkpoint(other.lease()));
    }
    assertThat(worker.says(counted)).isEqualTo(Verdict.REFUSED);
    assertThat(deleted()).isEmpty();
    other.says(other.checkpoint(other.lease()));
    assertThat(deleted()).as("displaced").containsExactly(key(counted));
  }

  /** Whoever holds the lease may be storing it this very moment. */
  @Test
  void aStrangerCannotHaveTheHoldersObjectsDeleted() {
    Report.Builder next = worker.checkpoint(worker.lease());
    TestWorker stranger = TestWorker.joined(cluster, "b", 1);
    assertThat(stranger.says(next)).isEqualTo(Verdict.REFUSED);
    assertThat(deleted()).isEmpty();
    assertThat(worker.says(next)).isEqualTo(Verdict.OK);
  }

  @Test
  void nobodyCanHaveObjectsOfOtherNamesDeleted() {
    Lease lease = worker.lease();
    Report.Builder late = worker.checkpoint(lease);
    late.getCheckpointBuilder().getObjectBuilder().setKey("c1/job-1/plan/1");
    cluster.cancel(scene.job);
    assertThat(worker.says(late)).isEqualTo(Verdict.REFUSED);
    assertThat(deleted()).isEmpty();
  }

  @Test
  void aSplitThatCameTooLateLeavesNoCheckpointBehind() {
    Report.Builder late = worker.split(worker.lease());
    cluster.cancel(scene.job);
    assertThat(worker.says(late)).isEqualTo(Verdict.REFUSED);
    assertThat(deleted()).containsExactly(late.getSplit().getCheckpoint().getObject().getKey());
  }

  // ---- what was staged

  private Lease publishing() {
    worker.says(TestWorker.completed(worker.lease()));
    return worker.lease();
  }

  private Answer answer() {
    return worker.answers.get(worker.answers.size() - 1);
  }

  @Test
  void whoPreparesAPublicationOfACancelledJobIsToClearAway() {
    Lease lease = publishing();
    cluster.cancel(scene.job);
    assertThat(worker.says(TestWorker.prepared(lease, TestWorker.manifest("/out/1"))))
        .isEqualTo(Verdict.REFUSED);
    assertThat(answer().getDiscard()).isTrue();
  }

  @Test
  void whoPreparesAPublicationOfAPausedJobIsToClearAway() {
    Lease lease = publishing();
    scene.pause();
    worker.says(TestWorker.prepared(lease, TestWorker.manifest("/out/1")));
    assertThat(answer().getVerdict()).isEqualTo(Verdict.REFUSED);
    assertThat(answer().getDiscard()).isTrue();
  }

  /** It was journaled, the answer was lost, and the next holder moves these very files. */
  @Test
  void whatIsJournaledIsNotToBeClearedAway() {
    Lease lease = publishing();
    worker.says(TestWorker.prepared(lease, TestWorker.manifest("/out/1")));
    TestWorker other = movesElsewhere();
    assertThat(other.assignment(other.lease()).getManifest())
        .isEqualTo(TestWorker.manifest("/out/1"));
    worker.lied = true;
    worker.join();
    worker.says(TestWorker.prepared(lease, TestWorker.manifest("/out/1")));
    assertThat(answer().getVerdict()).isEqualTo(Verdict.REFUSED);
    assertThat(answer().getDiscard()).isFalse();
    worker.says(TestWorker.prepared(lease, TestWorker.manifest("/out/2")));
    assertThat(answer().getDiscard()).isTrue();
  }
}
