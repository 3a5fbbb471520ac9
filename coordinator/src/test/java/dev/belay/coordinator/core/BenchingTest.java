package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static dev.belay.coordinator.core.TestWorker.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.PartitionQuarantined;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A worker that fails whatever it touches gets nothing new for a while. */
class BenchingTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker good = TestWorker.joined(cluster, "good", 1);

  private TestWorker bad() {
    cluster.submit(TestCluster.spec());
    good.plans(100);
    return TestWorker.joined(cluster, "bad", 1);
  }

  private static Lease any(TestWorker worker) {
    return worker.holds.keySet().iterator().next();
  }

  private static void fails(TestWorker worker, int times) {
    for (int i = 0; i < times; i++) {
      worker.says(failed(any(worker), Failed.Kind.APPLICATION));
    }
  }

  private WorkerDescription described(String worker) {
    ListWorkersReply reply =
        (ListWorkersReply)
            Objects.requireNonNull(
                cluster.ask(
                    cluster.command().setListWorkers(ListWorkersRequest.getDefaultInstance())));
    return reply.getWorkersList().stream()
        .filter(one -> one.getId().equals(worker))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoFailsEverythingWhileOthersDoWellIsBenchedAndSaysWhy() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    fails(bad, 2);
    assertThat(described("bad").getState()).isEqualTo(WorkerState.LIVE);
    fails(bad, 1);
    assertThat(bad.holds).isEmpty();
    assertThat(described("bad").getState()).isEqualTo(WorkerState.BENCHED);
    assertThat(described("bad").getReason())
        .isEqualTo(
            "its last 3 attempts, at 3 tasks, all failed, while others made progress on the same"
                + " jobs");
    assertThat(good.holds).hasSize(1);
  }

  @Test
  void whereNobodyDoesWellTheJobIsToBlame() {
    TestWorker bad = bad();
    fails(bad, 6);
    assertThat(described("bad").getState()).isEqualTo(WorkerState.LIVE);
  }

  @Test
  void aSuccessOfItsOwnStartsTheCountAnew() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    fails(bad, 2);
    bad.says(bad.checkpoint(any(bad)));
    fails(bad, 2);
    assertThat(described("bad").getState()).isEqualTo(WorkerState.LIVE);
  }

  @Test
  void aNewProcessHasAnotherChanceAndSoHasEverybodyAfterAWhile() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    fails(bad, 3);
    bad.breaks();
    bad.join();
    assertThat(bad.holds).as("the same process on a new connection").isEmpty();
    TestWorker again = bad.restarted();
    assertThat(again.holds).hasSize(1);
    good.says(completed(any(good)));
    fails(again, 3);
    assertThat(again.holds).isEmpty();
    for (int i = 0; i < 299; i++) {
      cluster.stall(900);
      good.beat();
      again.beat();
    }
    cluster.tick();
    assertThat(again.holds).isEmpty();
    for (int i = 0; i < 40; i++) {
      cluster.stall(900);
      cluster.tick();
      good.beat();
      again.beat();
    }
    assertThat(again.holds).hasSize(1);
  }

  @Test
  void aJobThatOnlyBenchedWorkersCouldTakeSaysSo() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    fails(bad, 3);
    good.draining = true;
    good.beat();
    good.says(TestWorker.released(any(good)));
    assertThat(cluster.describe("job-1").getTrouble())
        .isEqualTo("no live worker can take it but bad, benched for failing: see 'belay workers'");
  }

  private WorkerState state(String worker) {
    return described(worker).getState();
  }

  /** Time passes in which both are heard. */
  private void passes(TestWorker bad, int seconds) {
    for (int i = 0; i < 2 * seconds; i++) {
      cluster.stall(500);
      good.beat();
      bad.beat();
    }
  }

  @Test
  void aFailureThatEndsTheJobCountsToo() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    fails(bad, 2);
    bad.says(failed(any(bad), Failed.Kind.PERMANENT));
    assertThat(state("bad")).isEqualTo(WorkerState.BENCHED);
  }

  @Test
  void whatIsGivenBackIsNoFailure() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    fails(bad, 2);
    bad.says(TestWorker.released(any(bad)));
    assertThat(state("bad")).isEqualTo(WorkerState.LIVE);
    fails(bad, 1);
    assertThat(state("bad")).isEqualTo(WorkerState.BENCHED);
  }

  @Test
  void onePartitionThatFailsOverAndOverIsItselfToBlame() {
    cluster.submit(TestCluster.spec());
    good.plans(2);
    TestWorker bad = TestWorker.joined(cluster, "bad", 1);
    for (int i = 0; i < 4; i++) {
      good.says(good.checkpoint(any(good)));
      fails(bad, 1);
      passes(bad, 30);
    }
    assertThat(state("bad")).isEqualTo(WorkerState.LIVE);
  }

  @Test
  void progressOfOthersLongAgoSaysNothing() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    passes(bad, 301);
    fails(bad, 5);
    assertThat(state("bad")).isEqualTo(WorkerState.LIVE);
    good.says(good.checkpoint(any(good)));
    fails(bad, 1);
    assertThat(state("bad")).isEqualTo(WorkerState.BENCHED);
  }

  @Test
  void progressOfOthersCountsThoughItsOwnWasLater() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    bad.says(completed(any(bad)));
    fails(bad, 3);
    assertThat(state("bad")).isEqualTo(WorkerState.BENCHED);
  }

  @Test
  void itsOwnProgressOfBeforeIsNoneOfOthers() {
    TestWorker bad = bad();
    bad.says(completed(any(bad)));
    bad.says(completed(any(bad)));
    fails(bad, 5);
    assertThat(state("bad")).isEqualTo(WorkerState.LIVE);
  }

  @Test
  void aCheckpointFromTheBenchEndsIt() {
    cluster.submit(TestCluster.spec());
    good.plans(100);
    TestWorker bad = TestWorker.joined(cluster, "bad", 2);
    good.says(completed(any(good)));
    Lease going = any(bad);
    for (int i = 0; i < 3; i++) {
      Lease other =
          bad.holds.keySet().stream().filter(l -> !l.equals(going)).findFirst().orElseThrow();
      bad.says(failed(other, Failed.Kind.APPLICATION));
    }
    assertThat(state("bad")).isEqualTo(WorkerState.BENCHED);
    bad.says(bad.checkpoint(going));
    assertThat(state("bad")).isEqualTo(WorkerState.LIVE);
    assertThat(bad.holds).hasSize(2);
  }

  /** Events as they are decided about reports, without a whole life of attempts before them. */
  @Test
  void whatIsGivenUpForErrorsIsAFailureAndForLossesNone() {
    TestWorker bad = bad();
    for (Cause cause : new Cause[] {Cause.HEARTBEAT_TIMEOUT, Cause.APPLICATION_ERROR}) {
      Benching benching =
          new Benching(cluster.core.state(), cluster.core.liveness(), cluster.core.capacity());
      observe(benching, checkpointed(any(good)));
      for (int i = 0; i < 3; i++) {
        observe(benching, givenUp(any(bad), cause));
        bad.says(completed(any(bad)));
      }
      assertThat(state("bad"))
          .as("%s", cause)
          .isEqualTo(cause == Cause.APPLICATION_ERROR ? WorkerState.BENCHED : WorkerState.LIVE);
    }
  }

  private void observe(Benching benching, Event.Builder event) {
    benching.observe(List.of(event.build()), cluster.nanos());
  }

  private static Event.Builder checkpointed(Lease lease) {
    return Event.newBuilder()
        .setCheckpointCommitted(CheckpointCommitted.newBuilder().setLease(lease));
  }

  private static Event.Builder givenUp(Lease lease, Cause cause) {
    return Event.newBuilder()
        .setPartitionQuarantined(PartitionQuarantined.newBuilder().setLease(lease).setCause(cause));
  }

  @Test
  void whatFailsOnASecondWorkerIsHeldAgainstNeither() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    fails(bad, 3);
    assertThat(state("bad")).isEqualTo(WorkerState.BENCHED);
    passes(bad, 60);
    // Those three come to the good one, being tried elsewhere first.
    while (!failedBefore(any(good))) {
      good.says(completed(any(good)));
    }
    good.says(failed(any(good), Failed.Kind.APPLICATION));
    assertThat(state("bad")).as("two failures of its own are left").isEqualTo(WorkerState.LIVE);
    assertThat(state("good")).isEqualTo(WorkerState.LIVE);
  }

  private boolean failedBefore(Lease lease) {
    return Objects.requireNonNull(cluster.core.state().task(lease.getTask())).errorsWithoutProgress
        > 0;
  }

  @Test
  void theLastWhoCouldTakeSomethingIsNotBenched() {
    TestWorker bad = bad();
    good.says(completed(any(good)));
    good.draining = true;
    good.beat();
    fails(bad, 5);
    assertThat(state("bad")).isEqualTo(WorkerState.LIVE);
  }
}
