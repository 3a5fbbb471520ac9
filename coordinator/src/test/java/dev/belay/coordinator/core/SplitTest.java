package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.SplitRequest;
import dev.belay.runtime.proto.Stragglers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A partition becomes two while it runs, and not a number of it is lost or done twice. */
class SplitTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private final TestWorker b = TestWorker.joined(cluster, "b", 1);

  private String planned(JobSpec spec, int splits) {
    String job = cluster.submit(spec);
    (a.holds.isEmpty() ? b : a).plans(splits);
    return job;
  }

  private String planned(int splits) {
    return planned(TestCluster.spec(), splits);
  }

  /** Who works on a partition now. */
  private TestWorker holder(int index) {
    return Stream.of(a, b)
        .filter(
            worker -> worker.holds.keySet().stream().anyMatch(l -> l.getTask().getIndex() == index))
        .findFirst()
        .orElseThrow();
  }

  private Lease lease(int index) {
    return holder(index).partition(index);
  }

  /** A tenth of the work in a second. */
  private void worksFor(TestWorker worker, int index, int seconds) {
    for (int i = 0; i <= seconds; i++) {
      worker.beats(worker.partition(index), 10L * i, 100);
      cluster.stall(1000);
      cluster.tick();
    }
  }

  @Test
  void bothPiecesTakeEffectAtOnceAndTheHeadStaysWhereItIs() {
    String job = planned(1);
    TestWorker first = holder(0);
    TestWorker other = first == a ? b : a;
    Lease old = lease(0);
    Report.Builder split = first.split(old);
    List<Event> written = cluster.batch(first.saying(split.build()));
    assertThat(written.get(0).hasPartitionSplit()).isTrue();
    Assignment head = first.assignment(lease(0));
    Assignment tail = other.assignment(lease(1));
    assertThat(holder(0)).isSameAs(first);
    assertThat(Covered.of(head)).isEqualTo(new Covered(0, 500));
    assertThat(Covered.of(tail)).isEqualTo(new Covered(500, 1000));
    assertThat(head.getCheckpoints(0).getObject())
        .isEqualTo(split.getSplit().getCheckpoint().getObject());
    assertThat(tail.getCheckpointsList()).isEmpty();
    assertThat(head.getNextSequence()).isEqualTo(2);
    assertThat(cluster.partition(job, 0).state).isEqualTo(PartitionState.PARTITION_RUNNING);
  }

  @Test
  void aCompletionOfTheWholeAfterTheCutIsRefused() {
    planned(1);
    TestWorker first = holder(0);
    Lease old = lease(0);
    Report.Builder whole = first.completes(old);
    assertThat(first.says(first.split(old))).isEqualTo(Verdict.OK);
    assertThat(first.says(whole)).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void aCutThatIsReportedTwiceHappensOnce() {
    String job = planned(1);
    TestWorker first = holder(0);
    Report.Builder split = first.split(lease(0));
    assertThat(first.says(split)).isEqualTo(Verdict.OK);
    assertThat(first.says(split)).as("its answer was lost").isEqualTo(Verdict.OK);
    assertThat(cluster.job(job).partitions).hasSize(2);
  }

  @Test
  void aCutUnderAnOldLeaseIsRefused() {
    String job = planned(1);
    TestWorker first = holder(0);
    Report.Builder split = first.split(lease(0));
    assertThat(first.says(TestWorker.released(lease(0)))).isEqualTo(Verdict.OK);
    assertThat(first.says(split)).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.job(job).partitions).hasSize(1);
  }

  @Test
  void fallingBackBehindACutKeepsTheBounds() {
    planned(1);
    TestWorker first = holder(0);
    assertThat(first.says(first.checkpoint(lease(0)))).isEqualTo(Verdict.OK);
    assertThat(first.says(first.split(lease(0)))).isEqualTo(Verdict.OK);
    first = holder(0);
    assertThat(first.says(TestWorker.unusable(lease(0), 2))).isEqualTo(Verdict.OK);
    assertThat(first.says(TestWorker.released(lease(0)))).isEqualTo(Verdict.OK);
    Assignment again = holder(0).assignment(lease(0));
    assertThat(again.getCheckpointsList()).extracting(c -> c.getSequence()).containsExactly(1L);
    assertThat(Covered.of(again)).isEqualTo(new Covered(0, 500));
  }

  @Test
  void theJobIsDoneWhenAllPiecesAre() {
    String job = planned(1);
    TestWorker first = holder(0);
    assertThat(first.says(first.split(lease(0)))).isEqualTo(Verdict.OK);
    assertThat(holder(0).says(holder(0).completes(lease(0)))).isEqualTo(Verdict.OK);
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_RUNNING);
    assertThat(holder(1).says(holder(1).completes(lease(1)))).isEqualTo(Verdict.OK);
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_PUBLISHING);
  }

  @Test
  void weightsAddUpAndPeopleSeeWhereAPartitionComesFrom() {
    String job = planned(1);
    for (int i = 0; i < 30; i++) {
      TestWorker first = holder(0);
      if (!Covered.of(first.assignment(lease(0))).canBeCut()) {
        break;
      }
      assertThat(first.says(first.split(lease(0)))).isEqualTo(Verdict.OK);
    }
    JobRecord record = cluster.job(job);
    assertThat(record.partitions.length).isGreaterThan(9);
    assertThat(record.weight).isCloseTo(1, within(1e-9));
    PartitionDescription tail = cluster.describe(job).getPartitions(1);
    assertThat(tail.getSplitFrom()).isZero();
    assertThat(cluster.describe(job).getPartitions(0).hasSplitFrom()).isFalse();
  }

  @Test
  void aCrashRightAfterTheCutLosesNothing() {
    planned(1);
    TestWorker first = holder(0);
    Report.Builder split = first.split(lease(0));
    cluster.batch(first.saying(split.build()), first.breaking());
    cluster.crash(false);
    first.join();
    assertThat(first.says(split)).as("journaled, so OK").isEqualTo(Verdict.OK);
    b.join();
    a.join();
    assertThat(Stream.of(a, b).flatMap(w -> w.holds.values().stream()).map(Covered::of))
        .containsExactlyInAnyOrder(new Covered(0, 500), new Covered(500, 1000));
  }

  @Test
  void bordersThatAreNoneAreRefusedAndTheLeaseEndsWithThat() {
    String job = planned(1);
    TestWorker first = holder(0);
    Report.Builder split = first.split(lease(0));
    split.getSplitBuilder().clearTail();
    assertThat(first.says(split)).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.job(job).partitions).hasSize(1);
    assertThat(cluster.partition(job, 0).errorsWithoutProgress).isEqualTo(1);
  }

  // ---- whom to ask

  @Test
  void whoWouldTakeLongestIsAskedWhileASlotIsFree() {
    planned(1);
    TestWorker first = holder(0);
    worksFor(first, 0, 2);
    SplitRequest asked = first.asked(lease(0));
    assertThat(requireNonNull(asked).getFraction()).isEqualTo(0.5);
  }

  @Test
  void nobodyIsAskedWhileSomethingWaits() {
    planned(3);
    worksFor(holder(0), 0, 3);
    assertThat(a.asked).isEmpty();
    assertThat(b.asked).isEmpty();
  }

  @Test
  void nobodyIsAskedWhereThereIsNoRoom() {
    planned(2);
    worksFor(holder(0), 0, 3);
    assertThat(a.asked).isEmpty();
    assertThat(b.asked).isEmpty();
  }

  @Test
  void nobodyIsAskedWhoIsAboutToBeThrough() {
    planned(1);
    TestWorker first = holder(0);
    for (int i = 0; i < 4; i++) {
      first.beats(lease(0), 25L * i, 100);
      cluster.stall(500);
      cluster.tick();
    }
    assertThat(first.asked).isEmpty();
  }

  @Test
  void nobodyIsAskedWhoseJobDoesNotWantItOrCannot() {
    planned(TestCluster.spec().toBuilder().setStragglers(Stragglers.STRAGGLERS_OFF).build(), 1);
    worksFor(holder(0), 0, 3);
    assertThat(a.asked).isEmpty();
    assertThat(b.asked).isEmpty();
  }

  @Test
  void aJobThatTellsNoProgressIsAskedOnceItHasRunForAWhile() {
    planned(1);
    TestWorker first = holder(0);
    for (int i = 0; i < 8; i++) {
      first.beats(lease(0), 0, 0);
      assertThat(first.asked.isEmpty()).as("after %s ms", 500 * i).isEqualTo(i <= 4);
      cluster.stall(500);
      cluster.tick();
    }
  }

  @Test
  void whoDeclinesIsLetAloneForAWhile() {
    planned(1);
    TestWorker first = holder(0);
    worksFor(first, 0, 2);
    Lease lease = lease(0);
    assertThat(first.says(TestWorker.declined(lease))).isEqualTo(Verdict.OK);
    first.asked.clear();
    cluster.pass(1000);
    first.beats(lease, 30, 100);
    cluster.pass(1000);
    assertThat(first.asked).isEmpty();
    for (int i = 0; i < 10; i++) {
      first.beats(lease, 30 + i, 100);
      b.beat();
      a.beat();
      cluster.pass(500);
    }
    assertThat(first.asked).containsKey(lease);
  }

  @Test
  void theRequestIsRepeatedUntilItIsAnswered() {
    planned(1);
    TestWorker first = holder(0);
    worksFor(first, 0, 2);
    Lease lease = lease(0);
    assertThat(first.asked).containsKey(lease);
    first.asked.clear();
    first.beats(lease, 30, 100);
    cluster.pass(900);
    first.beats(lease, 31, 100);
    cluster.pass(1500);
    assertThat(first.asked).as("the message may be lost").containsKey(lease);
    first.asked.clear();
    first.breaks();
    first.join();
    assertThat(first.asked).as("a new stream is told the whole").containsKey(lease);
  }

  @Test
  void thePiecesOfALargePartitionAreCutAgainAtOnce() {
    TestWorker c = TestWorker.joined(cluster, "c", 6);
    cluster.submit(TestCluster.spec());
    Stream.of(a, b, c).filter(w -> !w.holds.isEmpty()).findFirst().orElseThrow().plans(1);
    List<TestWorker> all = List.of(a, b, c);
    TestWorker first = all.stream().filter(w -> !w.holds.isEmpty()).findFirst().orElseThrow();
    for (int i = 0; i < 4; i++) {
      first.beats(first.lease(), i, 100);
      all.forEach(TestWorker::beat);
      cluster.stall(500);
      cluster.tick();
    }
    for (int round = 0; round < 3; round++) {
      for (TestWorker worker : all) {
        for (Lease asked : List.copyOf(worker.asked.keySet())) {
          worker.asked.remove(asked);
          assertThat(worker.says(worker.split(asked))).isEqualTo(Verdict.OK);
        }
      }
      cluster.pass(150);
    }
    assertThat(all.stream().mapToInt(worker -> worker.holds.size()).sum()).isEqualTo(8);
  }

  @Test
  void progressOfTheHeadIsThatOfTheSmallerWhole() {
    String job = planned(1);
    TestWorker first = holder(0);
    Report.Builder split = first.split(lease(0));
    split
        .getSplitBuilder()
        .setHeadShare(0.6)
        .getCheckpointBuilder()
        .setProgress(Progress.newBuilder().setDone(20).setTotal(60));
    assertThat(first.says(split)).isEqualTo(Verdict.OK);
    Progress whole = cluster.describe(job).getSummary().getProgress();
    assertThat((double) whole.getDone() / whole.getTotal())
        .as("a fifth was done before, and is now")
        .isCloseTo(0.2, within(0.002));
  }
}
