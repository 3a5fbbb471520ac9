package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static dev.belay.coordinator.core.TestWorker.released;
import static dev.belay.coordinator.core.TestWorker.started;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.WorkerState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who holds what, when it goes to others, and that an old holder changes nothing. */
class LeaseTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 2);
  private String job = "";

  /** A job of so many partitions, planned by worker a; those that it has slots for are its own. */
  private void running(int partitions) {
    job = cluster.submit(TestCluster.spec());
    a.plans(partitions);
  }

  private List<Recovery> recoveries() {
    return cluster.describe(job).getRecoveriesList();
  }

  /** Time passes in which these workers are heard. */
  private void passWith(long millis, TestWorker... heard) {
    for (long left = millis; left > 0; left -= 250) {
      cluster.pass(Math.min(250, left));
      for (TestWorker worker : heard) {
        worker.beat();
      }
    }
  }

  @Test
  void whenHeartbeatsLapseAllThatTheWorkerHeldGoesToAnother() {
    running(2);
    Lease old = a.partition(0);
    a.says(started(old, 0));
    a.says(a.checkpoint(old));
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    passWith(4_750, b);
    assertThat(b.holds).as("silence alone, not yet long enough").isEmpty();
    passWith(250, b);
    assertThat(b.holds).hasSize(2);
    Lease now = b.partition(0);
    assertThat(now.getEpoch().getCounter()).isEqualTo(2);
    assertThat(b.assignment(now).getCheckpoints(0).getSequence()).isEqualTo(1);
    assertThat(b.assignment(now).getNextSequence()).isEqualTo(2);
    assertThat(cluster.partition(job, 0).state).isEqualTo(PartitionState.PARTITION_RECOVERING);
    cluster.stall(40);
    b.says(started(now, 1));
    assertThat(recoveries())
        .anySatisfy(
            recovery -> {
              assertThat(recovery.getCause()).isEqualTo(Cause.HEARTBEAT_TIMEOUT);
              assertThat(recovery.getFromWorker()).isEqualTo("a");
              assertThat(recovery.getToWorker()).isEqualTo("b");
              assertThat(recovery.getDetectedMillis()).isEqualTo(5_000);
              assertThat(recovery.getRestoredMillis()).isEqualTo(40);
              assertThat(recovery.getResumedFromSequence()).isEqualTo(1);
            });
    assertThat(cluster.partition(job, 1).error)
        .isEqualTo("worker a was not heard from for 5000 ms");
  }

  @Test
  void aHeartbeatRenewsTheLease() {
    running(2);
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    passWith(60_000, a, b);
    assertThat(a.holds).hasSize(2);
    assertThat(recoveries()).isEmpty();
  }

  @Test
  void aRestartIsALossLikeAnother() {
    long before = cluster.core.liveness().meanTimeBetweenFailuresMillis();
    a.restarted();
    assertThat(cluster.core.liveness().meanTimeBetweenFailuresMillis()).isEqualTo(before / 2);
  }

  @Test
  void whatWaitedInItsQueueIsNotBlamedForARestart() {
    TestWorker b = new TestWorker(cluster, "b", "b-1", 1);
    b.queue = 3;
    b.join();
    running(8);
    cluster.stall(20);
    b.says(completed(b.lease()));
    List<Lease> slotAndQueue = List.copyOf(b.holds.keySet());
    assertThat(slotAndQueue).hasSize(4);
    b.restarted();
    assertThat(slotAndQueue)
        .extracting(old -> cluster.partition(job, old.getTask().getIndex()).lossesWithoutProgress)
        .containsExactly(1, 0, 0, 0);
  }

  @Test
  void aRestartUnderTheOldNameFreesItsLeasesAtOnce() {
    running(2);
    Lease old = a.partition(1);
    cluster.stall(80);
    TestWorker again = a.restarted();
    assertThat(again.holds).hasSize(2);
    assertThat(again.partition(1).getEpoch().getCounter()).isEqualTo(2);
    assertThat(requireNonNull(a.rejected).getCode()).isEqualTo(Rejected.Code.SUPERSEDED);
    assertThat(a.connected()).isFalse();
    assertThat(recoveries()).hasSize(2);
    assertThat(recoveries().get(0).getCause()).isEqualTo(Cause.WORKER_RESTARTED);
    assertThat(recoveries().get(0).getDetectedMillis()).isEqualTo(80);
    assertThat(again.says(completed(old))).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void whoWasReplacedIsTurnedAwayAlsoByACoordinatorThatForgotIt() {
    running(2);
    TestWorker again = a.restarted();
    a.rejected = null;
    a.join();
    assertThat(a.rejected).isNotNull();
    cluster.crash(true);
    again.join();
    a.rejected = null;
    a.join();
    assertThat(requireNonNull(a.rejected).getCode())
        .as("a zombie drives nobody out")
        .isEqualTo(Rejected.Code.SUPERSEDED);
    assertThat(again.connected()).isTrue();
    again.beat();
    assertThat(again.holds).hasSize(2);
  }

  @Test
  void theEndOfAStreamThatIsNotTheNewestMeansNothing() {
    running(2);
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    long old = a.stream;
    a.join();
    cluster.batch(cluster.closing(old));
    cluster.pass(1_000);
    assertThat(b.holds).isEmpty();
    assertThat(a.holds).hasSize(2);
  }

  @Test
  void aZombieThatComesBackChangesNothingAndIsANormalWorkerAgain() {
    running(2);
    Lease old = a.partition(0);
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    passWith(5_000, b);
    assertThat(b.holds).hasSize(2);
    int journal = cluster.journal.size();
    assertThat(a.says(a.checkpoint(old))).isEqualTo(Verdict.REFUSED);
    assertThat(a.says(completed(old))).isEqualTo(Verdict.REFUSED);
    assertThat(a.says(TestWorker.failed(old, Failed.Kind.PERMANENT))).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.journal.subList(journal, cluster.journal.size()))
        .as("nothing of it was written but that its checkpoint is needed by nobody")
        .singleElement()
        .matches(event -> event.hasObjectsReleased());
    a.holds.put(old, Assignment.getDefaultInstance());
    a.beat();
    assertThat(a.holds).as("told the whole, whatever it missed").isEmpty();
    assertThat(cluster.core.state().holdings.of(a.incarnation).holds).isEmpty();
    b.says(released(b.partition(0)));
    assertThat(a.holds).as("it has the emptier hands").hasSize(1);
  }

  @Test
  void theLeaseOfOneIncarnationIsNoneOfAnother() {
    running(1);
    Lease lease = a.lease();
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    assertThat(b.says(completed(lease))).isEqualTo(Verdict.REFUSED);
    assertThat(a.says(completed(lease))).isEqualTo(Verdict.OK);
  }

  @Test
  void aRestartedCoordinatorReassignsNothingForOneLease() {
    running(2);
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    cluster.pass(1_000);
    cluster.crash(false);
    b.join();
    passWith(4_750, b);
    assertThat(b.holds).isEmpty();
    a.join();
    passWith(10_000, a, b);
    assertThat(a.holds).as("reattached with what it held").hasSize(2);
    assertThat(recoveries()).isEmpty();
  }

  @Test
  void whoDoesNotReattachWithinTwoLeasesIsLost() {
    running(2);
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    cluster.crash(true);
    b.join();
    passWith(9_000, b);
    assertThat(b.holds).as("most likely alive, and on its way back").isEmpty();
    passWith(1_000, b);
    assertThat(b.holds).hasSize(2);
    assertThat(recoveries()).hasSize(2);
  }

  @Test
  void aJournalThatIsOlderThanWhatItsWorkersHoldTurnsThemAway() {
    running(1);
    Lease given = a.lease();
    Lease later =
        given.toBuilder()
            .setEpoch(given.getEpoch().toBuilder().setCounter(given.getEpoch().getCounter() + 1))
            .build();
    a.holds.remove(given);
    a.holds.put(later, Assignment.getDefaultInstance());
    a.join();
    assertThat(requireNonNull(a.rejected).getMessage()).contains("older copy");
    assertThat(cluster.core.state().holdings.of(a.incarnation).holds).hasSize(1);
  }

  @Test
  void aRestartedCoordinatorKnowsThatAnotherProcessUnderTheNameHoldsNothing() {
    running(2);
    cluster.crash(false);
    TestWorker again = a.restarted();
    assertThat(again.holds).hasSize(2);
    assertThat(again.partition(0).getEpoch().getCounter()).isEqualTo(2);
  }

  @Test
  void theCoordinatorsOwnStallIsNobodysSilence() {
    running(2);
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    cluster.stall(20_000);
    cluster.tick();
    passWith(4_500, b);
    assertThat(a.holds).hasSize(2);
    assertThat(recoveries()).isEmpty();
  }

  @Test
  void theSameInstantOverAndOverChangesNothing() {
    running(2);
    for (int i = 0; i < 200; i++) {
      cluster.tick();
    }
    assertThat(a.holds).hasSize(2);
  }

  @Test
  void aSilentWorkerGetsNothingNewUntilItIsHeard() {
    cluster.pass(2_000);
    cluster.submit(TestCluster.spec());
    assertThat(a.holds).isEmpty();
    a.beat();
    assertThat(a.holds).hasSize(1);
  }

  @Test
  void aDrainingWorkerGivesBackWithoutBlameAndLeaves() {
    running(2);
    a.draining = true;
    a.beat();
    TestWorker b = TestWorker.joined(cluster, "b", 4);
    for (Lease lease : List.copyOf(a.holds.keySet())) {
      a.says(a.checkpoint(lease));
      assertThat(a.says(released(lease))).isEqualTo(Verdict.OK);
    }
    assertThat(b.holds).hasSize(2);
    assertThat(recoveries()).allMatch(recovery -> recovery.getCause() == Cause.DRAINED);
    assertThat(cluster.partition(job, 0).errorsWithoutProgress).isZero();
    assertThat(cluster.partition(job, 0).lossesWithoutProgress).isZero();
    a.breaks();
    assertThat(cluster.core.state().holdings.of(a.incarnation).holds).isEmpty();
    assertThat(workers()).containsExactly("b LIVE");
  }

  @Test
  void aDrainingWorkerGetsNothing() {
    a.draining = true;
    a.beat();
    cluster.submit(TestCluster.spec());
    assertThat(a.holds).isEmpty();
    assertThat(workers()).containsExactly("a DRAINING");
  }

  @Test
  void aDrainThatIsNotDoneInTimeIsALostConnection() {
    running(2);
    a.draining = true;
    a.beat();
    a.breaks();
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    cluster.pass(300);
    assertThat(b.holds).hasSize(2);
  }

  @Test
  void workersAreShownAsWhatIsBelievedOfThem() {
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    passWith(2_000, b);
    assertThat(workers()).containsExactly("a SUSPECT", "b LIVE");
    passWith(3_000, b);
    assertThat(workers()).containsExactly("a LOST", "b LIVE");
    a.beat();
    assertThat(workers()).containsExactly("a LIVE", "b LIVE");
  }

  private List<String> workers() {
    var reply =
        cluster.ask(cluster.command().setListWorkers(ListWorkersRequest.getDefaultInstance()));
    return ((ListWorkersReply) requireNonNull(reply))
        .getWorkersList().stream()
            .map(w -> w.getId() + " " + WorkerState.forNumber(w.getStateValue()))
            .toList();
  }

  /** A worker leaves out the start of what is done at once: else its recovery would look open. */
  @Test
  void aCompletionWithoutAStartEndsTheRecoveryToo() {
    running(1);
    a.says(released(a.partition(0)));
    cluster.tick();
    a.says(completed(a.partition(0)));
    assertThat(recoveries()).hasSize(1);
    assertThat(recoveries().get(0).hasRestoredMillis()).isTrue();
    assertThat(recoveries().get(0).hasResumedFromSequence()).isFalse();
  }
}
