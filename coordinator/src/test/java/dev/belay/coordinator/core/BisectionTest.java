package dev.belay.coordinator.core;

import static dev.belay.runtime.proto.JobState.JOB_FAILED;
import static dev.belay.runtime.proto.JobState.JOB_PUBLISHING;
import static dev.belay.runtime.proto.JobState.JOB_RUNNING;
import static dev.belay.runtime.proto.PartitionState.PARTITION_QUARANTINED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What fails in a partition that can be split is narrowed down until it is small. */
class BisectionTest {
  private static final long BAD = 777;

  private int tries;
  private int cuts;

  private static Scenes exhausted(JobSpec spec) {
    Scenes scene = Scenes.running(2, 1, spec);
    scene.exhaust(0);
    return scene;
  }

  private static Report.Builder fails(Lease lease) {
    return TestWorker.failed(lease, Failed.Kind.APPLICATION);
  }

  /** An honest worker, and code that cannot do one number. */
  private void work(TestWorker worker) {
    for (Lease lease : List.copyOf(worker.holds.keySet())) {
      if (lease.getTask().getKind() == TaskKind.PARTITION) {
        Assignment assignment = worker.assignment(lease);
        Covered covered = Covered.of(assignment);
        if (assignment.getBisect()) {
          cuts++;
          worker.says(worker.bisects(lease));
        } else {
          tries++;
          boolean bad = covered.from() <= BAD && BAD < covered.to();
          worker.says(bad ? fails(lease) : worker.completes(lease));
        }
      }
    }
  }

  private static List<TaskRecord> inQuarantine(Scenes scene) {
    return Stream.of(scene.record().partitions)
        .filter(task -> task.state == PARTITION_QUARANTINED)
        .toList();
  }

  @Test
  void oneBadNumberAmongAThousandIsAllThatIsLeftOut() {
    Scenes scene = Scenes.running(1, 1, Scenes.tolerant());
    for (int i = 0; i < 60 && scene.record().state == JOB_RUNNING; i++) {
      work(scene.worker);
      scene.passes(i < 5 ? 20_000 : 0);
    }
    assertThat(scene.record().state).isEqualTo(JOB_PUBLISHING);
    assertThat(inQuarantine(scene)).hasSize(1).allMatch(one -> Covered.of(one).to() == BAD + 1);
    assertThat(Covered.of(inQuarantine(scene).get(0))).isEqualTo(new Covered(BAD, BAD + 1));
    assertThat(tries).as("tries: 5, and two halves for each of 10 cuts").isBetween(23, 25);
    assertThat(cuts).as("cuts, and one that cannot be").isBetween(10, 11);
  }

  @Test
  void aJobThatMayNotGoOnFailsOnlyWhenTheRangeIsFound() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    for (int i = 0; i < 60 && scene.record().state == JOB_RUNNING; i++) {
      work(scene.worker);
      scene.passes(i < 5 ? 20_000 : 0);
    }
    assertThat(scene.record().state).isEqualTo(JOB_FAILED);
    assertThat(scene.record().error)
        .contains("failed on worker a: no luck; it covers Covered[from=777, to=778], which is what")
        .endsWith("cuts have left, and cannot be cut in two: too little is left");
    assertThat(scene.cluster.describe(scene.job).getSummary().getBisecting()).isZero();
  }

  @Test
  void theLeaseAfterTheLastAttemptIsForCuttingAndComesAtOnce() {
    Scenes scene = exhausted(TestCluster.spec());
    Assignment assignment = scene.worker.assignment(scene.worker.partition(0));
    assertThat(assignment.getBisect()).isTrue();
    assertThat(scene.record().state).isEqualTo(JOB_RUNNING);
    scene.worker.says(scene.worker.cut(assignment.getLease()));
    for (int half = 0; half < 2; half++) {
      Assignment given = scene.worker.assignment(scene.worker.partition(half));
      assertThat(given.getBisect()).isFalse();
      assertThat(Covered.of(given)).isEqualTo(new Covered(half * 500, half * 500 + 500));
    }
    scene.worker.says(fails(scene.worker.partition(1)));
    assertThat(scene.worker.assignment(scene.worker.partition(1)).getBisect())
        .as("a half has one try")
        .isTrue();
  }

  @Test
  void theHeadGoesOnFromWhatThePartitionHad() {
    Scenes scene = Scenes.running(2, 1, TestCluster.spec());
    Report.Builder checkpoint = scene.worker.checkpoint(scene.worker.partition(0));
    scene.worker.says(checkpoint);
    scene.exhaust(0);
    Assignment cutting = scene.worker.assignment(scene.worker.partition(0));
    assertThat(cutting.getCheckpointsCount()).isEqualTo(1);
    scene.worker.says(scene.worker.cut(cutting.getLease()));
    Assignment head = scene.worker.assignment(scene.worker.partition(0));
    assertThat(head.getCheckpointsList()).isEqualTo(cutting.getCheckpointsList());
    assertThat(scene.worker.assignment(scene.worker.partition(1)).getCheckpointsList()).isEmpty();
  }

  @Test
  void whatAHalfHasDoneIsNotCutAgain() {
    Scenes scene = exhausted(TestCluster.spec());
    scene.worker.says(scene.worker.cut(scene.worker.partition(0)));
    Lease half = scene.worker.partition(0);
    scene.worker.says(scene.worker.checkpoint(half));
    scene.worker.says(fails(half));
    Assignment cutting = scene.worker.assignment(scene.worker.partition(0));
    assertThat(cutting.getBisect()).isTrue();
    assertThat(cutting.getCheckpointsCount()).isEqualTo(1);
  }

  @Test
  void withoutSplittableCodeItIsQuarantinedAsBefore() {
    Scenes scene = new Scenes(2);
    scene.job = scene.cluster.submit(Scenes.tolerant());
    scene.worker.plans(2, false);
    scene.exhaust(0);
    assertThat(scene.cluster.partition(scene.job, 0).state).isEqualTo(PARTITION_QUARANTINED);
    assertThat(scene.cluster.partition(scene.job, 0).error)
        .isEqualTo("failed 5 times without progress, the last time on worker a: no luck");
  }

  @Test
  void errorAndLogOfTheLastAttemptAreKeptThroughTheCutting() {
    Scenes scene = exhausted(Scenes.tolerant());
    scene.worker.says(scene.worker.cut(scene.worker.partition(0)));
    Report.Builder failed = fails(scene.worker.partition(1));
    failed.getFailedBuilder().setDetail("at Some.code").addLog("about to divide");
    scene.worker.says(failed);
    scene.cluster.crash(true);
    scene.worker.join();
    scene.worker.says(scene.worker.indivisible(scene.worker.partition(1)));
    PartitionDescription partition = scene.cluster.describe(scene.job).getPartitions(1);
    assertThat(partition.getState()).isEqualTo(PARTITION_QUARANTINED);
    assertThat(partition.getDetail()).isEqualTo("at Some.code");
    assertThat(partition.getLogList()).containsExactly("about to divide");
    assertThat(partition.getError()).contains("no luck").contains("to=1000").contains("1 cut has");
  }

  @Test
  void peopleSeeThatItIsBisectedAndHowFarThatIs() {
    Scenes scene = exhausted(Scenes.tolerant());
    scene.worker.says(scene.worker.cut(scene.worker.partition(0)));
    scene.worker.says(fails(scene.worker.partition(1)));
    scene.worker.says(scene.worker.cut(scene.worker.partition(1)));
    PartitionDescription tail = scene.cluster.describe(scene.job).getPartitions(2);
    assertThat(tail.getBisected()).isEqualTo(2);
    assertThat(tail.getError())
        .isEqualTo("bisecting (2 of at most 40 cuts): failed on worker a: no luck");
    assertThat(scene.cluster.describe(scene.job).getSummary().getBisecting()).isEqualTo(3);
  }

  @Test
  void aCutWhoseAnswerWasLostIsAcknowledgedAgain() {
    Scenes scene = exhausted(TestCluster.spec());
    Report.Builder cut = scene.worker.cut(scene.worker.partition(0));
    scene.cluster.batch(scene.worker.saying(cut.build()), scene.worker.breaking());
    scene.worker.join();
    assertThat(scene.worker.says(cut)).isEqualTo(Verdict.OK);
    assertThat(scene.record().partitions).hasSize(2);
    Lease lost = scene.worker.partition(1);
    Report.Builder never = scene.worker.cut(lost);
    scene.worker.says(TestWorker.released(lost));
    assertThat(scene.worker.says(never)).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void whoIsLostUnderAHalfMayBeLostOnceMore() {
    Scenes scene = exhausted(TestCluster.spec());
    scene.worker.says(scene.worker.cut(scene.worker.partition(0)));
    TestWorker again = scene.worker.restarted();
    assertThat(again.assignment(again.partition(0)).getBisect()).isFalse();
    again = again.restarted();
    assertThat(again.assignment(again.partition(0)).getBisect()).isTrue();
  }

  @Test
  void whatKillsItsWorkersIsNarrowedDownOnWorkersOfItsOwn() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    TestWorker big = TestWorker.joined(scene.cluster, "big", 4);
    TestWorker worker = scene.worker;
    for (int i = 0; i < 12 && scene.record().partitions.length == 1; i++) {
      TestWorker holder = worker.holds.isEmpty() ? big : worker;
      Lease lease = holder.lease();
      if (holder.assignment(lease).getBisect()) {
        holder.says(holder.cut(lease));
      } else if (holder == big) {
        big = big.restarted();
      } else {
        worker = worker.restarted();
      }
    }
    assertThat(scene.record().partitions).hasSize(2);
    assertThat(worker.holds).hasSize(1);
    assertThat(big.holds).hasSize(1);
  }

  @Test
  void whoeverIsLostWhileCuttingIsCountedAndThenItIsOver() {
    Scenes scene = exhausted(TestCluster.spec());
    TestWorker worker = scene.worker;
    for (int i = 0; i < 4; i++) {
      worker = worker.restarted();
      assertThat(worker.assignment(worker.lease()).getBisect()).isTrue();
    }
    worker = worker.restarted();
    assertThat(worker.holds).isEmpty();
    assertThat(scene.record().state).isEqualTo(JOB_FAILED);
    assertThat(scene.record().error)
        .startsWith("partition 0 failed 5 times")
        .contains("cannot be cut in two: lost 5 workers without progress");
  }

  @Test
  void pauseTakesTheCuttingLeaseBackAndResumeGivesItAgain() {
    Scenes scene = exhausted(TestCluster.spec());
    scene.pause();
    scene.givesBack();
    assertThat(scene.worker.holds).isEmpty();
    scene.resume();
    assertThat(scene.worker.assignment(scene.worker.partition(0)).getBisect()).isTrue();
  }

  @Test
  void retryGivesTheRangeFreshAttempts() {
    Scenes scene = exhausted(Scenes.tolerant());
    scene.worker.says(scene.worker.cut(scene.worker.partition(0)));
    scene.worker.says(fails(scene.worker.partition(1)));
    scene.worker.says(scene.worker.indivisible(scene.worker.partition(1)));
    scene.retry();
    Assignment again = scene.worker.assignment(scene.worker.partition(1));
    assertThat(again.getBisect()).isFalse();
    assertThat(Covered.of(again)).isEqualTo(new Covered(500, 1000));
    scene.worker.says(fails(scene.worker.partition(1)));
    scene.passes(20_000);
    assertThat(scene.worker.assignment(scene.worker.partition(1)).getBisect()).isFalse();
  }

  @Test
  void codeThatFailsEverywhereIsNotCutToCrumbs() {
    Scenes scene = exhausted(Scenes.tolerant());
    scene.cluster.unchecked();
    List<Event> all = new ArrayList<>();
    for (int i = 0; i < 5_000 && scene.record().state == JOB_RUNNING; i++) {
      for (Lease lease : List.copyOf(scene.worker.holds.keySet())) {
        Assignment assignment = scene.worker.assignment(lease);
        Report.Builder report = assignment.getBisect() ? scene.worker.cut(lease) : fails(lease);
        all.addAll(scene.cluster.batch(scene.worker.saying(report.build())));
      }
    }
    assertThat(scene.record().state).as("nothing is left to publish").isEqualTo(JOB_FAILED);
    assertThat(all.stream().filter(Event::hasPartitionSplit).count())
        .isBetween((long) Bisection.MOST_CUTS, Bisection.MOST_CUTS + 2L);
  }

  @Test
  void aPieceIsCutSoOftenAndNoMore() {
    Scenes scene = exhausted(TestCluster.spec());
    for (int i = 0; i < Bisection.MOST_DEPTH; i++) {
      Lease lease = scene.worker.partition(0);
      assertThat(scene.worker.assignment(lease).getBisect()).isTrue();
      Report.Builder cut = scene.worker.cut(lease);
      scene.cluster.unchecked();
      scene.worker.says(cut);
      if (scene.worker.holds.size() > 1) {
        scene.worker.says(scene.worker.completes(scene.worker.partition(i + 1)));
      }
      scene.worker.says(fails(scene.worker.partition(0)));
    }
    assertThat(scene.record().state).isEqualTo(JOB_FAILED);
    assertThat(scene.record().error)
        .endsWith(
            "it is what 40 cuts have left, and cannot be cut in two: no piece is cut more often"
                + " than that");
  }

  @Test
  void aWorkerIsNotBenchedForPiecesThatFailAnywhere() {
    Scenes scene = exhausted(Scenes.tolerant());
    TestWorker other = TestWorker.joined(scene.cluster, "other", 1);
    for (int i = 0; i < 6; i++) {
      for (TestWorker worker : List.of(scene.worker, other)) {
        work(worker);
      }
    }
    assertThat(scene.record().partitions.length).isGreaterThan(3);
    assertThat(scene.cluster.core.liveness().workers()).allMatch(WorkerRecord::takesWork);
  }
}
