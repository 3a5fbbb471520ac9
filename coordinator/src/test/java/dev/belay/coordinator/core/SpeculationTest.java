package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.Report;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two workers at one partition: one of them wins, whatever becomes of the other. */
class SpeculationTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private String job = "";
  private TestWorker b = a;
  private Lease first = Lease.getDefaultInstance();
  private Lease second = Lease.getDefaultInstance();
  private Checkpoint shared = Checkpoint.getDefaultInstance();

  /** Worker a has a partition and a checkpoint of it; b begins there, too. */
  @BeforeEach
  void twoAtOnePartition() {
    job = cluster.submit(TestCluster.spec());
    a.plans(1);
    first = a.lease();
    a.says(TestWorker.started(first, 0));
    shared = saves(a, first);
    b = TestWorker.joined(cluster, "b", 1);
    cluster.speculate(requireNonNull(task().hold));
    second = b.lease();
  }

  private TaskRecord task() {
    return cluster.partition(job, 0);
  }

  private Checkpoint saves(TestWorker worker, Lease lease) {
    Report.Builder report = worker.checkpoint(lease);
    assertThat(worker.says(report)).isEqualTo(Verdict.OK);
    return report.getCheckpoint();
  }

  private List<String> released() {
    return List.copyOf(cluster.job(job).released);
  }

  private static String key(Checkpoint checkpoint) {
    return checkpoint.getObject().getKey();
  }

  @Test
  void theSecondBeginsAtTheLatestCheckpointOfTheFirst() {
    assertThat(b.assignment(second).getCheckpointsList())
        .extracting(c -> key(c))
        .containsExactly(key(shared));
    assertThat(b.assignment(second).getSpeculative()).isTrue();
    assertThat(b.assignment(second).getNextSequence()).isEqualTo(2);
    assertThat(cluster.describe(job).getPartitions(0).getSecondWorker()).isEqualTo("b");
    assertThat(cluster.describe(job).getPartitions(0).getWorker()).isEqualTo("a");
  }

  @Test
  void whatTheSecondBeganWithIsKeptWhileItMayBeNeeded() {
    for (int i = 0; i < 5; i++) {
      saves(a, first);
    }
    assertThat(released())
        .as("no longer of the first, but of the second")
        .doesNotContain(key(shared));
    for (int i = 0; i < 3; i++) {
      saves(b, second);
    }
    assertThat(released()).contains(key(shared));
  }

  @Test
  void ifTheFirstIsThroughFirstTheSecondIsToldAndItsObjectsAreReleased() {
    Checkpoint lost = saves(b, second);
    assertThat(a.says(a.completes(first))).isEqualTo(Verdict.OK);
    assertThat(b.holds).doesNotContainKey(second);
    assertThat(b.says(TestWorker.completed(second))).isEqualTo(Verdict.REFUSED);
    assertThat(a.says(TestWorker.completed(first))).as("again").isEqualTo(Verdict.OK);
    assertThat(released()).contains(key(lost), key(shared));
    assertThat(cluster.job(job).succeeded).isEqualTo(1);
  }

  @Test
  void ifTheSecondIsThroughFirstTheFirstIsTold() {
    Checkpoint lost = saves(a, first);
    Checkpoint own = saves(b, second);
    assertThat(b.says(b.completes(second))).isEqualTo(Verdict.OK);
    assertThat(a.holds).doesNotContainKey(first);
    assertThat(a.says(TestWorker.completed(first))).isEqualTo(Verdict.REFUSED);
    assertThat(b.says(TestWorker.completed(second))).as("again").isEqualTo(Verdict.OK);
    assertThat(released()).contains(key(lost), key(own));
    assertThat(task().checkpoints).extracting(c -> key(c)).containsExactly(key(own));
  }

  @Test
  void bothInOneBatchCountOnce() {
    cluster.batch(b.saying(b.completes(second).build()), a.saying(a.completes(first).build()));
    assertThat(cluster.job(job).succeeded).isEqualTo(1);
    assertThat(task().lineCounter).isEqualTo(second.getEpoch().getCounter());
  }

  @Test
  void ifTheFirstIsLostTheSecondTakesItsPlaceAtOnce() {
    Checkpoint lost = saves(a, first);
    b.says(TestWorker.started(second, 1));
    Checkpoint own = saves(b, second);
    a.breaks();
    for (int i = 0; i < 8; i++) {
      b.beat();
      cluster.pass(100);
    }
    assertThat(requireNonNull(task().hold).worker).isEqualTo("b");
    assertThat(task().second).isNull();
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_RUNNING);
    assertThat(task().checkpoints).extracting(c -> key(c)).containsExactly(key(own), key(shared));
    assertThat(released()).containsExactly(key(lost));
    assertThat(cluster.job(job).recoveries.getLast().toWorker).isEqualTo("b");
    Checkpoint next = saves(b, second);
    assertThat(next.getSequence()).isEqualTo(3);
    assertThat(b.says(b.completes(second))).isEqualTo(Verdict.OK);
  }

  @Test
  void ifTheSecondIsLostTheFirstGoesOnAsIfNothingHadBeen() {
    Checkpoint lost = saves(b, second);
    int attempts = task().lossesWithoutProgress;
    b.breaks();
    for (int i = 0; i < 8; i++) {
      a.beat();
      cluster.pass(100);
    }
    assertThat(requireNonNull(task().hold).worker).isEqualTo("a");
    assertThat(task().second).isNull();
    assertThat(task().lossesWithoutProgress).isEqualTo(attempts);
    assertThat(released()).containsExactly(key(lost));
    assertThat(saves(a, first).getSequence()).isEqualTo(2);
  }

  @Test
  void ifBothAreLostAtOnceTheWorkGoesOnFromOneOfTheLines() {
    saves(a, first);
    Checkpoint own = saves(b, second);
    cluster.batch(a.breaking(), b.breaking());
    TestWorker c = TestWorker.joined(cluster, "c", 1);
    for (int i = 0; i < 70; i++) {
      c.beat();
      cluster.pass(100);
    }
    assertThat(c.assignment(c.lease()).getCheckpointsList())
        .extracting(x -> key(x))
        .containsExactly(key(own), key(shared));
    assertThat(c.assignment(c.lease()).getNextSequence()).isEqualTo(3);
    assertThat(released()).doesNotContain(key(own), key(shared));
  }

  @Test
  void aRestartOfTheCoordinatorWithBothAliveChangesNothing() {
    Map<Lease, ?> before = Map.copyOf(b.holds);
    for (boolean snapshot : new boolean[] {true, false}) {
      saves(b, second);
      cluster.crash(snapshot);
      a.join();
      b.join();
      assertThat(a.holds).containsOnlyKeys(first);
      assertThat(b.holds.keySet()).isEqualTo(before.keySet());
      saves(a, first);
    }
    assertThat(b.says(b.completes(second))).isEqualTo(Verdict.OK);
    assertThat(a.holds).doesNotContainKey(first);
  }

  @Test
  void cancellingEndsBothAndReleasesWhatTheSecondStored() {
    Checkpoint lost = saves(b, second);
    assertThat(cluster.cancel(job)).isNotNull();
    assertThat(a.holds).isEmpty();
    assertThat(b.holds).isEmpty();
    assertThat(cluster.core.state().holdings.incarnations()).isEmpty();
    assertThat(cluster.job(job).litter).isEmpty();
    assertThat(released()).contains(key(lost)).doesNotContain(key(shared));
  }

  @Test
  void anErrorThatEndsTheJobEndsBothAndReleasesWhatTheSecondStored() {
    Checkpoint lost = saves(b, second);
    assertThat(a.says(TestWorker.failed(first, Failed.Kind.PERMANENT))).isEqualTo(Verdict.OK);
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_FAILED);
    assertThat(b.holds).as("b is told").isEmpty();
    assertThat(released()).containsExactly(key(lost));
  }

  @Test
  void anErrorOfTheSecondEndsItAlone() {
    for (Failed.Kind kind : List.of(Failed.Kind.APPLICATION, Failed.Kind.PERMANENT)) {
      assertThat(b.says(TestWorker.failed(second, kind))).isEqualTo(Verdict.OK);
      assertThat(task().second).isNull();
      assertThat(task().errorsWithoutProgress).isZero();
      assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_RUNNING);
      cluster.speculate(requireNonNull(task().hold));
      second = b.lease();
    }
  }

  @Test
  void anErrorOfTheFirstIsCountedAndTheSecondGoesOn() {
    assertThat(a.says(TestWorker.failed(first, Failed.Kind.APPLICATION))).isEqualTo(Verdict.OK);
    assertThat(requireNonNull(task().hold).worker).isEqualTo("b");
    assertThat(task().errorsWithoutProgress).isEqualTo(1);
    assertThat(task().state).as("it has not begun").isEqualTo(PartitionState.PARTITION_RECOVERING);
  }

  @Test
  void aDrainOfTheFirstLeavesItToTheSecond() {
    assertThat(a.says(TestWorker.released(first))).isEqualTo(Verdict.OK);
    assertThat(requireNonNull(task().hold).worker).isEqualTo("b");
    assertThat(task().lossesWithoutProgress).isZero();
  }

  @Test
  void aCheckpointThatIsUnusableOnOneLineIsStillTriedOnTheOther() {
    assertThat(b.says(TestWorker.unusable(second, 1))).isEqualTo(Verdict.OK);
    assertThat(requireNonNull(task().second).own).isEmpty();
    assertThat(task().checkpoints).extracting(c -> key(c)).containsExactly(key(shared));
    assertThat(a.says(TestWorker.unusable(first, 1))).isEqualTo(Verdict.OK);
    assertThat(task().checkpoints).isEmpty();
    assertThat(task().quarantined).as("named once").hasSize(1);
  }

  @Test
  void aSplitOfTheFirstEndsTheSecond() {
    assertThat(a.says(a.split(first))).isEqualTo(Verdict.OK);
    assertThat(b.says(TestWorker.completed(second))).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.job(job).partitions).hasSize(2);
    assertThat(task().second).isNull();
  }

  @Test
  void whatIsAskedBackEndsBoth() {
    Checkpoint lost = saves(b, second);
    cluster.ask(cluster.command().setPauseJob(PauseJobRequest.newBuilder().setJob(job)));
    assertThat(a.says(TestWorker.released(first))).isEqualTo(Verdict.OK);
    assertThat(task().leased()).isFalse();
    assertThat(b.holds).as("b is told").isEmpty();
    assertThat(released()).containsExactly(key(lost));
  }

  @Test
  void whoTakesThePlaceOfTheFirstAndHasBegunHasRecoveredItAtOnce() {
    b.says(TestWorker.started(second, 1));
    Checkpoint own = saves(b, second);
    a.says(TestWorker.failed(first, Failed.Kind.APPLICATION));
    Recovery recovery = cluster.describe(job).getRecoveries(0);
    assertThat(recovery.getToWorker()).isEqualTo("b");
    assertThat(recovery.getResumedFromSequence()).isEqualTo(own.getSequence());
    assertThat(recovery.hasRestoredMillis()).isTrue();
  }

  @Test
  void theSecondMayNotSplit() {
    assertThat(b.says(b.split(second))).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.job(job).partitions).hasSize(1);
    assertThat(task().second).isNull();
  }

  @Test
  void aLeaseThatMovesIsNotBegunASecondTimeInTheSameMoment() {
    TestCluster other = new TestCluster();
    TestWorker slow = TestWorker.joined(other, "slow", 1);
    other.submit(TestCluster.spec());
    String id = slow.plans(2, false);
    TestWorker quick = TestWorker.joined(other, "quick", 2);
    TestWorker idle = TestWorker.joined(other, "idle", 2);
    slow.says(TestWorker.started(slow.lease(), 0));
    slow.beats(slow.lease(), 0, 0);
    other.pass(1_000);
    TestWorker done = quick.holds.isEmpty() ? idle : quick;
    done.says(done.completes(done.lease()));
    for (int i = 0; i < 17; i++) {
      slow.beats(slow.lease(), 0, 0);
      quick.beat();
      idle.beat();
      other.pass(500);
    }
    slow.breaks();
    quick.beat();
    idle.beat();
    other.stall(800);
    quick.beat();
    idle.beat();
    other.tick();
    assertThat(other.partition(id, 0).second).isNull();
    assertThat(quick.holds.size() + idle.holds.size()).isEqualTo(1);
  }
}
