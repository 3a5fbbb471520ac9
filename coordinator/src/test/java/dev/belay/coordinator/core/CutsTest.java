package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.SplitBounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a worker that has cut a partition in two must report, and what becomes of its weight. */
class CutsTest {
  private final Scenes scene = Scenes.running(2, 1, TestCluster.spec());
  private final TestWorker a = scene.worker;

  private TaskRecord task(int index) {
    return scene.cluster.partition(scene.job, index);
  }

  /** A share that is none, and weights that sums of doubles would not stay exact with. */
  @ParameterizedTest(name = "{1} of {0}: {2}")
  @CsvSource({
    "1, 0.5, 0.5",
    "1, 0.3, 0.2998046875", // 307 / 1024
    "8, 0.3, 2.400390625", // 2458 / 1024
    "1, 0, 0",
    "1, -3, 0",
    "1, 7, 1",
    "1, 1, 1",
    "1, 0.0001, 0.0001", // less than a step
    "1, 0.9999, 0.9999",
  })
  void theHeadHasItsShareOfTheWeightAndTheTailTheRest(int weight, double share, double head) {
    TestCluster cluster = new TestCluster();
    TestWorker worker = TestWorker.joined(cluster, "a", 1);
    String job = cluster.submit(TestCluster.spec());
    Report.Builder plan = TestWorker.planned(worker.lease(), 1);
    plan.getPlannedBuilder().addWeights(weight);
    worker.says(plan);
    Report.Builder split = worker.cut(worker.lease());
    split.getSplitBuilder().setHeadShare(share);
    assertThat(worker.says(split)).isEqualTo(Verdict.OK);
    assertThat(cluster.partition(job, 0).weight).isEqualTo(head, within(1e-12));
    assertThat(cluster.partition(job, 1).weight).isEqualTo(weight - head, within(1e-12));
  }

  /** The bounds of the tail, filled up with zeros in front. */
  private Verdict says(int boundsBytes) {
    Report.Builder split = a.cut(a.partition(0));
    SplitBounds tail = split.getSplit().getTail();
    // Of a field this long its tag and length are two bytes more than of a short one.
    int zeros = boundsBytes - tail.getSerializedSize() - 2;
    ByteString filled = ByteString.copyFromUtf8("0".repeat(zeros)).concat(tail.getValue());
    split.getSplitBuilder().getTailBuilder().setValue(filled);
    assertThat(split.getSplit().getTail().getSerializedSize()).isEqualTo(boundsBytes);
    return a.says(split);
  }

  @Test
  void boundsTakeUpTo64KiB() {
    assertThat(says(SplitReports.MAX_BOUNDS_BYTES)).isEqualTo(Verdict.OK);
  }

  @Test
  void largerBoundsAreRefused() {
    assertThat(says(SplitReports.MAX_BOUNDS_BYTES + 1)).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void theCheckpointOfACutCarriesItsOwnName() {
    Report.Builder split = a.split(a.partition(0));
    split.getSplitBuilder().getCheckpointBuilder().setSequence(7);
    assertThat(a.says(split)).isEqualTo(Verdict.REFUSED);
    assertThat(scene.record().partitions).hasSize(1);
  }

  @Test
  void theCheckpointOfACutNeedsNothingThatWasReleased() {
    Report.Builder split = a.split(a.partition(0));
    split.getSplitBuilder().getCheckpointBuilder().addReferences("c1/job-1/p0/1-1-9-1.ckpt");
    assertThat(a.says(split)).isEqualTo(Verdict.WRITE_FULL);
    assertThat(scene.record().partitions).hasSize(1);
    assertThat(task(0).leased()).as("it may say so again, written in full").isTrue();
  }

  @Test
  void theCheckpointOfACutDisplacesTheOldestLikeAnyOther() {
    Lease lease = a.partition(0);
    for (int i = 0; i < 3; i++) {
      a.says(a.checkpoint(lease));
    }
    String oldest = task(0).checkpoints.get(2).getObject().getKey();
    assertThat(a.says(a.split(lease))).isEqualTo(Verdict.OK);
    assertThat(task(0).checkpoints).hasSize(3);
    assertThat(scene.record().released).containsExactly(oldest);
    assertThat(scene.cluster.deletions).anyMatch(one -> one.keys().contains(oldest));
  }

  @Test
  void whoNeverHeldTheLeaseIsNotToldThatItsCutCounts() {
    Lease lease = a.partition(0);
    Report.Builder split = a.cut(lease);
    TestWorker b = TestWorker.joined(scene.cluster, "b", 1);
    scene.pause();
    assertThat(b.says(split)).isEqualTo(Verdict.REFUSED);
    assertThat(a.says(split)).isEqualTo(Verdict.OK);
    assertThat(task(0).leased()).as("the head waits, too").isFalse();
    assertThat(b.says(split)).isEqualTo(Verdict.REFUSED);
    assertThat(a.says(split)).as("its answer was lost").isEqualTo(Verdict.OK);
  }
}
