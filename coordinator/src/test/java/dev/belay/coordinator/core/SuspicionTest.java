package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.Tick;
import dev.belay.runtime.proto.WorkerState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is suspected after what silence, and whose silence it really is. */
class SuspicionTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private final TestWorker b = TestWorker.joined(cluster, "b", 1);

  @BeforeEach
  void theyAreKnown() {
    passWith(10_000, a, b);
  }

  private void passWith(long millis, TestWorker... heard) {
    for (long left = millis; left > 0; left -= 500) {
      cluster.pass(Math.min(500, left));
      for (TestWorker worker : heard) {
        worker.beat();
      }
    }
  }

  /** A silence of one of them, the other being heard. */
  private void silence(long millis) {
    for (long left = millis; left > 0; left -= 250) {
      cluster.pass(Math.min(250, left));
      b.beat();
    }
  }

  private WorkerState state(TestWorker worker) {
    var reply =
        cluster.ask(cluster.command().setListWorkers(ListWorkersRequest.getDefaultInstance()));
    return ((ListWorkersReply) requireNonNull(reply))
        .getWorkersList().stream()
            .filter(it -> it.getId().equals(worker.name))
            .findFirst()
            .orElseThrow()
            .getState();
  }

  @Test
  void aRegularWorkerIsGivenUpSoonerButNotBeforeItIsSuspected() {
    silence(1_950);
    assertThat(state(a)).isEqualTo(WorkerState.LIVE);
    silence(50);
    assertThat(state(a)).isEqualTo(WorkerState.LOST);
  }

  @Test
  void whoWasGivenUpWronglyIsGivenAllTheTimeTheNextTime() {
    silence(2_500);
    assertThat(state(a)).isEqualTo(WorkerState.LOST);
    silence(2_000);
    a.beat();
    assertThat(state(a)).isEqualTo(WorkerState.LIVE);
    passWith(10_000, a, b);
    silence(4_950);
    assertThat(state(a))
        .as("longer than ever, and not yet given up")
        .isEqualTo(WorkerState.SUSPECT);
    silence(250);
    assertThat(state(a)).isEqualTo(WorkerState.LOST);
  }

  @Test
  void aNewConnectionDoesNotForgetTheRhythm() {
    a.breaks();
    cluster.pass(100);
    a.join();
    silence(2_000);
    assertThat(state(a)).isEqualTo(WorkerState.LOST);
  }

  @Test
  void whileMostAreSilentEachIsGivenAllTheTime() {
    cluster.pass(4_950);
    assertThat(List.of(state(a), state(b)))
        .containsExactly(WorkerState.SUSPECT, WorkerState.SUSPECT);
    cluster.pass(50);
    assertThat(List.of(state(a), state(b))).containsExactly(WorkerState.LOST, WorkerState.LOST);
  }

  @Test
  void theCoordinatorsOwnStallIsNoJitterOfAnybody() {
    cluster.stall(20_000);
    cluster.tick();
    a.beat();
    b.beat();
    silence(2_000);
    assertThat(state(a)).isEqualTo(WorkerState.LOST);
  }

  @Test
  void whatWaitsToBeTakenInIsNotSilence() {
    long behind = cluster.nanos();
    for (int i = 0; i < 100; i++) {
      cluster.stall(50);
      cluster.batch(
          cluster.command().setReceivedNanos(behind).setTick(Tick.getDefaultInstance()).build());
    }
    assertThat(state(a)).as("5 s, of which nothing was taken in yet").isEqualTo(WorkerState.LIVE);
  }
}
