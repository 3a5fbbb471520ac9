package dev.belay.worker.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.time.Now;
import dev.belay.worker.FakeCoordinator;
import dev.belay.worker.core.Outcome;
import dev.belay.worker.core.WorkerCore;
import dev.belay.worker.core.WorkerSettings;
import dev.belay.worker.core.WorkerSettings.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop and the connection against a coordinator on a real port; the tasks are the test's. */
@Timeout(30)
class WorkerLoopTest {
  private static final Patience PATIENCE = new Patience(10_000, 2_000, 400, 1_000, 10_000);

  private final FakeCoordinator coordinator = new FakeCoordinator("file:/store");
  private final FakeWorkshop workshop = new FakeWorkshop();
  private WorkerLoop loop = worker("127.0.0.1:1", PATIENCE);

  private WorkerLoop worker(String address, Patience patience) {
    WorkerSettings settings =
        new WorkerSettings(
            address, "w1", "i1", 2, 0, 1, "host", List.of("count"), List.of(), "", patience);
    return new WorkerLoop(
        "w1",
        new WorkerCore(settings),
        new GrpcDialer(Address.parse(address)),
        workshop,
        Signs::getDefaultInstance,
        () -> new Now(System.nanoTime(), System.currentTimeMillis()));
  }

  private void start() {
    loop = worker(coordinator.address(), PATIENCE);
    loop.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.close();
    coordinator.close();
  }

  private static Lease lease(int index, long counter) {
    return Lease.newBuilder()
        .setTask(TaskId.newBuilder().setJob("j").setKind(TaskKind.PARTITION).setIndex(index))
        .setEpoch(Epochs.of(1, counter))
        .build();
  }

  private static Assignment assignment(Lease lease) {
    return Assignment.newBuilder().setLease(lease).build();
  }

  private FakeWorkshop.FakeTask awaitTask(Lease lease) {
    await().until(() -> workshop.tasks.stream().anyMatch(task -> task.lease().equals(lease)));
    return workshop.task(lease);
  }

  private Outcome outcome() throws Exception {
    return loop.outcome().get(20, TimeUnit.SECONDS);
  }

  @Test
  void joinsRunsWhatIsAssignedAndHasItsReportsAnswered() throws Exception {
    Lease lease = lease(0, 1);
    coordinator.start().assign(assignment(lease));
    start();
    FakeWorkshop.FakeTask task = awaitTask(lease);
    assertThat(workshop.store).isEqualTo("file:/store");
    assertThat(task.checkpoint(1).get().getVerdict()).isEqualTo(Verdict.OK);
    assertThat(task.complete().get().getVerdict()).isEqualTo(Verdict.OK);
    assertThat(coordinator.reports()).extracting(Report::getNumber).containsExactly(1L, 2L);
    assertThat(coordinator.hellos())
        .singleElement()
        .matches(h -> h.getJobsList().contains("count"));
    assertThat(workshop.reporter.completions(lease, 0, 10).get().getCompletionsList()).hasSize(1);
    assertThat(coordinator.protocols()).containsOnly("1").hasSize(2);
  }

  /** Else a store that says nothing would make this worker look dead. */
  @Test
  void theHeartbeatsGoOnWhileTheStoreTakesItsTime() throws Exception {
    Lease lease = lease(0, 1);
    workshop.gate = new CountDownLatch(1);
    coordinator.workersFailEvery(7_000).start().assign(assignment(lease));
    start();
    await().until(() -> coordinator.heard().stream().filter(m -> m.hasHeartbeat()).count() >= 3);
    assertThat(workshop.tasks).isEmpty();
    workshop.gate.countDown();
    assertThat(awaitTask(lease).complete().get().getVerdict()).isEqualTo(Verdict.OK);
    assertThat(workshop.meanTimeBetweenFailures).isEqualTo(7_000);
  }

  @Test
  void aWorkerThatEndsDoesNotWaitForItsStore() throws Exception {
    workshop.gate = new CountDownLatch(1);
    coordinator.start();
    start();
    await().until(() -> coordinator.hellos().size() == 1);
    loop.drain();
    assertThat(outcome().kind()).isEqualTo(Outcome.Kind.DRAINED);
  }

  /** Waits for the outcome of a call: right after it was made there is none. */
  private static boolean failsInTheEnd(CompletableFuture<?> call) throws Exception {
    try {
      call.get();
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  @Test
  void worksOnWhileTheCoordinatorIsDeadAndReportsOnceWhenItIsBack() throws Exception {
    Lease lease = lease(0, 1);
    coordinator.start().assign(assignment(lease));
    start();
    FakeWorkshop.FakeTask task = awaitTask(lease);
    coordinator.die();
    CompletableFuture<Answer> checkpoint = task.checkpoint(1);
    await().until(() -> failsInTheEnd(workshop.reporter.completions(lease, 0, 1)));
    coordinator.start();
    assertThat(checkpoint.get().getVerdict()).isEqualTo(Verdict.OK);
    assertThat(task.complete().get().getVerdict()).isEqualTo(Verdict.OK);
    assertThat(coordinator.hellos().get(1).getHeldList()).containsExactly(lease);
    assertThat(coordinator.hellos().get(1).getCluster()).isEqualTo("cluster1");
    assertThat(coordinator.reports()).hasSize(2);
    assertThat(task.stopped).isEmpty();
    assertThat(workshop.tasks).hasSize(1);
  }

  @Test
  void aReportThatWasNotAnsweredBeforeTheDeathIsRepeated() throws Exception {
    Lease lease = lease(0, 1);
    coordinator.start().assign(assignment(lease)).answering(r -> Verdict.VERDICT_UNSPECIFIED);
    start();
    CompletableFuture<Answer> answer = awaitTask(lease).complete();
    await().until(() -> coordinator.reports().size() == 1);
    coordinator.die();
    coordinator.answering(report -> Verdict.OK).start();
    assertThat(answer.get().getVerdict()).isEqualTo(Verdict.OK);
    assertThat(coordinator.reports()).extracting(Report::getNumber).containsExactly(1L, 1L);
  }

  @Test
  void aRefusalStopsTheTaskBeforeItLearnsTheAnswer() throws Exception {
    Lease lease = lease(0, 1);
    coordinator.start().assign(assignment(lease)).answering(report -> Verdict.REFUSED);
    start();
    FakeWorkshop.FakeTask task = awaitTask(lease);
    CompletableFuture<Boolean> stoppedBefore =
        task.checkpoint(1).thenApply(answer -> !task.stopped.isEmpty());
    assertThat(stoppedBefore.get()).isTrue();
  }

  @Test
  void aNewerEpochStartsWhenTheOlderTaskHasEnded() throws Exception {
    coordinator.start().assign(assignment(lease(0, 1)));
    start();
    FakeWorkshop.FakeTask old = awaitTask(lease(0, 1));
    coordinator.revoke(lease(0, 1)).assign(assignment(lease(0, 2)));
    awaitTask(lease(0, 2));
    assertThat(old.stopped).containsExactly("cancelled");
  }

  @Test
  void aCoordinatorThatFallsSilentIsDialledAnewAndAnsweredAgain() throws Exception {
    Lease lease = lease(0, 1);
    coordinator.start().assign(assignment(lease));
    start();
    FakeWorkshop.FakeTask task = awaitTask(lease);
    coordinator.deaf(true);
    CompletableFuture<Answer> answer = task.checkpoint(1);
    await().until(() -> coordinator.heard().stream().filter(m -> m.hasHello()).count() >= 2);
    coordinator.deaf(false);
    assertThat(answer.get().getVerdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void aDrainGivesEverythingBackAndEnds() throws Exception {
    coordinator.start().assign(assignment(lease(0, 1))).assign(assignment(lease(1, 2)));
    start();
    awaitTask(lease(1, 2));
    loop.drain();
    assertThat(outcome().kind()).isEqualTo(Outcome.Kind.DRAINED);
    assertThat(coordinator.reports()).allMatch(Report::hasReleased).hasSize(2);
    List<Heartbeat> heartbeats =
        coordinator.heard().stream()
            .filter(message -> message.hasHeartbeat())
            .map(message -> message.getHeartbeat())
            .toList();
    assertThat(heartbeats.get(heartbeats.size() - 1).getDraining()).isTrue();
  }

  @Test
  void aSupersededWorkerStopsItsTasksAndEnds() throws Exception {
    Lease lease = lease(0, 1);
    coordinator.start().assign(assignment(lease));
    start();
    FakeWorkshop.FakeTask task = awaitTask(lease);
    coordinator.send(
        ToWorker.newBuilder().setRejected(Rejected.newBuilder().setCode(Rejected.Code.SUPERSEDED)));
    assertThat(outcome().kind()).isEqualTo(Outcome.Kind.SUPERSEDED);
    assertThat(outcome().message()).contains("--id").contains("w1");
    assertThat(task.stopped).isNotEmpty();
  }

  @Test
  void whoeverWaitsForAnAnswerWhenTheWorkerEndsIsToldSo() throws Exception {
    Lease lease = lease(0, 1);
    coordinator.start().assign(assignment(lease)).answering(r -> Verdict.VERDICT_UNSPECIFIED);
    start();
    FakeWorkshop.FakeTask task = awaitTask(lease);
    CompletableFuture<Answer> answer = task.checkpoint(1);
    loop.close();
    assertThat(outcome().kind()).isEqualTo(Outcome.Kind.CLOSED);
    assertThatThrownBy(answer::get).hasRootCauseInstanceOf(IOException.class);
    assertThatThrownBy(task.checkpoint(2)::get).hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void nobodyListeningIsToldInOneLine() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    loop = worker("127.0.0.1:" + port, new Patience(600, 20_000, 400, 1_000, 10_000));
    loop.start();
    assertThat(outcome().kind()).isEqualTo(Outcome.Kind.UNREACHABLE);
    assertThat(outcome().message())
        .startsWith("no coordinator answers at 127.0.0.1:" + port + " (connection refused): ");
  }

  @Test
  void aStrangerOnThePortIsToldInOneLine() throws Exception {
    try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      loop =
          worker(
              "127.0.0.1:" + stranger.getLocalPort(), new Patience(700, 200, 400, 1_000, 10_000));
      loop.start();
      assertThat(outcome().kind()).isEqualTo(Outcome.Kind.UNREACHABLE);
      assertThat(outcome().message()).contains("(no answer)").doesNotContain("\n");
    }
  }

  @Test
  void aStoreThatCannotBeUsedEndsTheWorkerBeforeItStartsAnything() throws Exception {
    try (FakeCoordinator other = new FakeCoordinator("bad:store").start()) {
      other.assign(assignment(lease(0, 1)));
      loop = worker(other.address(), PATIENCE);
      loop.start();
      assertThat(outcome())
          .isEqualTo(
              new Outcome(
                  Outcome.Kind.STORE_UNUSABLE,
                  "this worker cannot use the cluster's store bad:store: no such store"));
      assertThat(workshop.tasks).isEmpty();
    }
  }

  @Test
  void aBugInTheLoopEndsTheWorkerAndSaysSo() throws Exception {
    coordinator.start();
    loop =
        new WorkerLoop(
            "w1",
            new WorkerCore(
                new WorkerSettings(
                    coordinator.address(),
                    "w1",
                    "i1",
                    2,
                    0,
                    1,
                    "h",
                    List.of(),
                    List.of(),
                    "",
                    PATIENCE)),
            new GrpcDialer(Address.parse(coordinator.address())),
            (cluster, store, reporter) -> {
              throw new IllegalStateException("injected");
            },
            Signs::getDefaultInstance,
            () -> new Now(System.nanoTime(), System.currentTimeMillis()));
    loop.start();
    assertThat(outcome().kind()).isEqualTo(Outcome.Kind.FAILED);
    assertThat(outcome().message()).contains("injected").contains("bug");
  }
}
