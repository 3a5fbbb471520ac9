package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.TaskReleased;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Taking work from a worker that is well. */
class YieldsTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker worker = TestWorker.joined(cluster, "a", 2);
  private final String job = submitted();
  private final Lease lease = worker.partition(0);

  private String submitted() {
    cluster.submit(TestCluster.spec());
    return worker.plans(2);
  }

  private void ask() {
    cluster.core.yields().ask(hold(), Cause.PREEMPTED, "a job of higher priority", cluster.nanos());
  }

  private TaskRecord task() {
    return cluster.partition(job, 0);
  }

  private Hold hold() {
    return Objects.requireNonNull(task().hold);
  }

  /** Heartbeats go on, so that nobody is thought dead. */
  private void passes(long millis) {
    for (long left = millis; left > 0; left -= 500) {
      cluster.pass(500);
      worker.beat();
    }
  }

  @Test
  void itIsAskedAtOnceAndHeldUntilItIsGivenBack() {
    ask();
    cluster.batch();
    assertThat(worker.yields).containsExactly(lease);
    assertThat(worker.says(worker.checkpoint(lease))).isEqualTo(Verdict.OK);
    assertThat(hold().worker).isEqualTo("a");

    List<Event> written = cluster.batch(worker.saying(TestWorker.released(lease).build()));
    TaskReleased released = written.get(0).getTaskReleased();
    assertThat(released.getCause()).isEqualTo(Cause.PREEMPTED);
    assertThat(released.getRevoked()).isFalse();
    // Nobody keeps it from being assigned again, from where it stood.
    Lease again = worker.partition(0);
    assertThat(worker.assignment(again).getCheckpointsList()).hasSize(1);
    assertThat(cluster.describe(job).getRecoveriesList()).isEmpty();
    assertThat(worker.yields).containsExactly(lease);
  }

  @Test
  void aMessageThatIsLostIsRepeatedAndTheWholeRepeatsToo() {
    ask();
    cluster.batch();
    worker.yields.clear();
    passes(1_000);
    assertThat(worker.yields).containsExactly(lease);
    worker.yields.clear();
    worker.breaks();
    worker.join();
    assertThat(worker.yields).containsExactly(lease);
  }

  @Test
  void whoDoesNotGiveItBackLosesIt() {
    ask();
    passes(29_500);
    assertThat(hold().lease()).isEqualTo(lease);
    passes(1_000);
    assertThat(worker.holds).as("it was told").doesNotContainKey(lease);
    assertThat(task().epochCounter).isGreaterThan(lease.getEpoch().getCounter());
    assertThat(worker.says(worker.checkpoint(lease))).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.journal)
        .anyMatch(
            event ->
                event.getTaskReleased().getCause() == Cause.PREEMPTED
                    && event.getTaskReleased().getRevoked());
  }

  @Test
  void aCoordinatorThatWasAwayBlamesNobody() {
    ask();
    passes(10_000);
    cluster.stall(60_000);
    worker.beat();
    passes(10_000);
    assertThat(hold().lease()).isEqualTo(lease);
  }

  @Test
  void aTaskThatCompletesInsteadHasNothingToGiveBack() {
    ask();
    assertThat(worker.says(TestWorker.completed(lease))).isEqualTo(Verdict.OK);
    passes(31_000);
    assertThat(task().state).isEqualTo(PartitionState.PARTITION_SUCCEEDED);
    assertThat(cluster.core.yields().count()).isZero();
  }

  @Test
  void theFirstReasonStands() {
    ask();
    cluster.core.yields().ask(hold(), Cause.PAUSED, "paused", cluster.nanos());
    List<Event> written = cluster.batch(worker.saying(TestWorker.released(lease).build()));
    assertThat(written.get(0).getTaskReleased().getCause()).isEqualTo(Cause.PREEMPTED);
  }

  @Test
  void whatAWorkerGivesBackByItselfIsADrain() {
    List<Event> written = cluster.batch(worker.saying(TestWorker.released(lease).build()));
    assertThat(written.get(0).getTaskReleased().getCause()).isEqualTo(Cause.DRAINED);
  }

  @Test
  void aYieldBurnsNoBudgetAndIsNoLoss() {
    for (int i = 0; i < 10; i++) {
      ask();
      cluster.batch(worker.saying(TestWorker.released(worker.partition(0)).build()));
    }
    assertThat(task().errorsWithoutProgress).isZero();
    assertThat(task().lossesWithoutProgress).isZero();
    assertThatThrownBy(() -> cluster.core.yields().ask(hold(), Cause.DRAINED, "", 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itIsRepeatedOnceASecond() {
    ask();
    cluster.batch();
    worker.yields.clear();
    passes(500);
    assertThat(worker.yields).isEmpty();
    passes(500);
    assertThat(worker.yields).containsExactly(lease);
    worker.yields.clear();
    passes(500);
    assertThat(worker.yields).isEmpty();
  }

  @Test
  void thePatienceEndsAfterThirtySecondsOfTheCoordinatorsOwnTime() {
    ask();
    assertThat(cluster.core.yields().count()).isOne();
    passes(10_000);
    cluster.stall(60_000);
    worker.beat();
    passes(19_500);
    assertThat(hold().lease()).isEqualTo(lease);
    passes(1_000);
    assertThat(worker.holds).doesNotContainKey(lease);
  }

  @Test
  void aSecondBetweenTwoLooksIsNoStall() {
    ask();
    for (int i = 0; i < 30; i++) {
      assertThat(hold().lease()).isEqualTo(lease);
      cluster.pass(1_000);
      worker.beat();
    }
    assertThat(worker.holds).doesNotContainKey(lease);
  }
}
