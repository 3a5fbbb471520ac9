package dev.belay.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Task;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.Stores;
import dev.belay.worker.core.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole worker, with real tasks on a real store, against a coordinator that the test plays. */
@Timeout(60)
class BelayWorkerTest {
  @TempDir Path temporary;

  private FakeCoordinator coordinator = new FakeCoordinator("");
  private long epochs;

  @BeforeEach
  void listen() throws IOException {
    coordinator = new FakeCoordinator(Stores.url(temporary.resolve("store"))).start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    coordinator.close();
  }

  private BelayWorker.Builder builder() {
    return BelayWorker.builder()
        .coordinator(coordinator.address())
        .id("w1")
        .slots(2)
        .data(temporary.resolve("w1"));
  }

  private Lease assign(String job, TaskKind kind, int index, ObjectRef plan) {
    Lease lease =
        Lease.newBuilder()
            .setTask(TaskId.newBuilder().setJob("job-1").setKind(kind).setIndex(index))
            .setEpoch(Epochs.of(1, ++epochs))
            .build();
    JobSpec.Builder spec =
        JobSpec.newBuilder().setJob(job).setPartitions(2).setCheckpointIntervalMillis(100);
    if (job.equals("sum")) {
      spec.addParameters(Parameter.newBuilder().setKey("n").setValue("1000"));
    }
    Assignment.Builder assignment =
        Assignment.newBuilder()
            .setLease(lease)
            .setSpec(spec)
            .setKeyPrefix("cluster1/job-1")
            .setSplits(2)
            .setNextSequence(1);
    if (kind != TaskKind.PLAN) {
      assignment.setPlan(plan);
    }
    coordinator.assign(assignment.build());
    return lease;
  }

  private ObjectRef plan(String job) {
    Lease lease = assign(job, TaskKind.PLAN, 0, ObjectRef.getDefaultInstance());
    return awaitReport(lease, WhatCase.PLANNED).getPlanned().getPlan();
  }

  private Report awaitReport(Lease lease, WhatCase what) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !reports(lease, what).isEmpty() || !reports(lease, WhatCase.FAILED).isEmpty());
    assertThat(reports(lease, what)).as("%s", coordinator.reports()).isNotEmpty();
    return reports(lease, what).get(0);
  }

  private List<Report> reports(Lease lease, WhatCase what) {
    return coordinator.reports().stream()
        .filter(report -> report.getLease().equals(lease) && report.getWhatCase() == what)
        .toList();
  }

  @Test
  void runsAWholeJob() throws Exception {
    try (BelayWorker worker = builder().job(new EmbeddedWorker.SumJob()).start()) {
      ObjectRef plan = plan("sum");
      for (int i = 0; i < 2; i++) {
        awaitReport(assign("sum", TaskKind.PARTITION, i, plan), WhatCase.COMPLETED);
      }
      Lease publish = assign("sum", TaskKind.PUBLISH, 0, plan);
      Report prepared = awaitReport(publish, WhatCase.PREPARED);
      awaitReport(publish, WhatCase.PUBLISHED);
      assertThat(prepared.getPrepared().getManifest().getResult().getFields(0).getValue())
          .matches(value -> value.getInteger() == 500_500);
      assertThat(worker.id()).isEqualTo("w1");
      Hello hello = coordinator.hellos().get(0);
      assertThat(hello.getName()).isEqualTo("w1");
      assertThat(hello.getSlots()).isEqualTo(2);
      assertThat(hello.getPid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(hello.getIncarnation()).hasSize(32);
      assertThat(hello.getJobsList()).containsExactly("sum");
    }
  }

  @Test
  void worksOnWhileTheCoordinatorIsDeadAndItsReportsArriveOnce() throws Exception {
    GatedJob job = new GatedJob();
    try (BelayWorker worker = builder().job(job).start()) {
      ObjectRef plan = plan("gated");
      Lease lease = assign("gated", TaskKind.PARTITION, 0, plan);
      awaitReport(lease, WhatCase.CHECKPOINT);
      coordinator.die();
      long steps = job.steps.get();
      await().until(() -> job.steps.get() > steps + 5);
      job.gate.countDown();
      coordinator.start();
      awaitReport(lease, WhatCase.COMPLETED);
      assertThat(worker.awaitEnd(Duration.ofMillis(1))).isNull();
      assertThat(reports(lease, WhatCase.STARTED)).hasSize(1);
      assertThat(reports(lease, WhatCase.COMPLETED)).hasSize(1);
      assertThat(reports(lease, WhatCase.CHECKPOINT))
          .extracting(report -> report.getCheckpoint().getSequence())
          .doesNotHaveDuplicates();
      assertThat(job.runs.get()).isEqualTo(1);
    }
  }

  @Test
  void aRefusedTaskStops() throws Exception {
    GatedJob job = new GatedJob();
    try (BelayWorker worker = builder().job(job).start()) {
      ObjectRef plan = plan("gated");
      coordinator.answering(report -> report.hasCheckpoint() ? Verdict.REFUSED : Verdict.OK);
      Lease lease = assign("gated", TaskKind.PARTITION, 0, plan);
      await().until(() -> job.left.get() == 1);
      assertThat(reports(lease, WhatCase.CHECKPOINT)).hasSize(1);
      assertThat(reports(lease, WhatCase.COMPLETED)).isEmpty();
      assertThat(reports(lease, WhatCase.FAILED)).isEmpty();
      assertThat(worker.awaitEnd(Duration.ofMillis(1))).isNull();
    }
  }

  @Test
  void aDrainTakesAFinalCheckpointAndGivesBack() throws Exception {
    GatedJob job = new GatedJob();
    BelayWorker worker = builder().job(job).start();
    Lease lease = assign("gated", TaskKind.PARTITION, 0, plan("gated"));
    awaitReport(lease, WhatCase.STARTED);
    worker.drain();
    assertThat(worker.awaitEnd().kind()).isEqualTo(Outcome.Kind.DRAINED);
    List<Report> reports = coordinator.reports();
    assertThat(reports.get(reports.size() - 1).hasReleased()).isTrue();
    assertThat(reports.get(reports.size() - 2).hasCheckpoint()).isTrue();
    assertThat(job.left.get()).isEqualTo(1);
  }

  @Test
  void aSupersededWorkerEndsItsTasksAndFreesItsDirectory() throws Exception {
    GatedJob job = new GatedJob();
    BelayWorker worker = builder().job(job).start();
    awaitReport(assign("gated", TaskKind.PARTITION, 0, plan("gated")), WhatCase.STARTED);
    coordinator.rejecting(Rejected.Code.SUPERSEDED, "superseded").die();
    coordinator.start();
    Outcome outcome = worker.awaitEnd();
    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.SUPERSEDED);
    assertThat(outcome.message()).contains("--id");
    assertThat(job.left.get()).isEqualTo(1);
    DataDirectory.open(temporary.resolve("w1")).close();
  }

  @Test
  void aProtocolFromTheFutureIsToldInOneLine() throws Exception {
    coordinator.speaking(7);
    BelayWorker worker = builder().job(new GatedJob()).start();
    Outcome outcome = worker.awaitEnd();
    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REJECTED);
    assertThat(outcome.message()).contains("protocol 7").contains("same version");
    assertThat(outcome.asWanted()).isFalse();
  }

  @Test
  void aStoreThatCannotBeUsedIsToldInOneLine() throws Exception {
    try (FakeCoordinator other = new FakeCoordinator("gopher:hole").start()) {
      Outcome outcome =
          builder().coordinator(other.address()).job(new GatedJob()).start().awaitEnd();
      assertThat(outcome.kind()).isEqualTo(Outcome.Kind.STORE_UNUSABLE);
      assertThat(outcome.message()).contains("gopher:hole").doesNotContain("\n");
    }
  }

  @Test
  void aStoreThatSaysNothingKeepsNoWorkerFromBeingHeardNorFromEnding() throws Exception {
    System.setProperty("aws.accessKeyId", "key");
    System.setProperty("aws.secretAccessKey", "secret");
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        FakeCoordinator other = new FakeCoordinator(silentStore(silent.getLocalPort())).start()) {
      BelayWorker worker = builder().coordinator(other.address()).job(new GatedJob()).start();
      await().until(() -> other.heard().stream().filter(m -> m.hasHeartbeat()).count() >= 2);
      worker.drain();
      assertThat(worker.awaitEnd().kind()).isEqualTo(Outcome.Kind.DRAINED);
      DataDirectory.open(temporary.resolve("w1")).close();
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  private static String silentStore(int port) {
    return "s3://bucket/prefix?region=us-east-1&endpoint=http://127.0.0.1:" + port;
  }

  @Test
  void closesTwiceAndLetsItsDirectoryBeUsedAgain() throws Exception {
    BelayWorker worker = builder().job(new GatedJob()).start();
    assertThatThrownBy(() -> builder().job(new GatedJob()).start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use by another worker");
    worker.close();
    worker.close();
    assertThat(worker.awaitEnd().kind()).isEqualTo(Outcome.Kind.CLOSED);
    builder().job(new GatedJob()).start().close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ü", "a/b", ".", "..", "a\nb"})
  void refusesMalformedIds(String id) {
    assertThatThrownBy(() -> builder().id(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("malformed worker id");
  }

  @Test
  void refusesWhatItCannotWorkWith() {
    assertThatThrownBy(() -> builder().id("a".repeat(65))).hasMessageContaining("1 to 64");
    assertThatThrownBy(() -> builder().slots(0)).hasMessageContaining("1 to 1024");
    assertThatThrownBy(() -> builder().slots(1025)).hasMessageContaining("1 to 1024");
    assertThatThrownBy(() -> builder().coordinator("nowhere")).hasMessageContaining("nowhere");
    assertThatThrownBy(() -> builder().drainBudget(Duration.ZERO)).hasMessageContaining("1 ms");
    assertThatThrownBy(() -> builder().start()).hasMessageContaining("without jobs");
    assertThatThrownBy(() -> builder().job(new GatedJob()).job(new GatedJob()))
        .hasMessageContaining("two jobs are called gated");
    assertThat(temporary.resolve("w1")).doesNotExist();
  }

  @Test
  void theReadmeShowsTheExampleThatIsCompiledHere() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String example =
        Files.readString(Path.of("src/test/java/dev/belay/worker/EmbeddedWorker.java"));
    String shown = example.substring(example.indexOf("  public static void main"));
    String main = shown.substring(0, shown.indexOf("  /** Adds up")).stripTrailing();
    String job = shown.substring(shown.indexOf("    @Override\n    public void run"));
    job = job.substring(0, job.indexOf("\n    }\n") + 6).stripTrailing();
    assertThat(readme).contains(main.stripIndent().strip()).contains(job.stripIndent().strip());
  }

  /** Takes steps until its gate opens. */
  private static final class GatedJob implements Job {
    final CountDownLatch gate = new CountDownLatch(1);
    final AtomicLong steps = new AtomicLong();
    final AtomicLong runs = new AtomicLong();
    final AtomicLong left = new AtomicLong();

    @Override
    public String name() {
      return "gated";
    }

    @Override
    public String description() {
      return "Waits";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public void plan(Planning planning) {
      planning.add("one", 1);
      planning.add("two", 1);
    }

    @Override
    public void run(Task task) throws Exception {
      runs.incrementAndGet();
      try {
        long[] state = task.state(long[].class, () -> new long[1]);
        while (!gate.await(5, java.util.concurrent.TimeUnit.MILLISECONDS)) {
          state[0] = steps.incrementAndGet();
          task.checkpoint(state);
        }
      } finally {
        left.incrementAndGet();
      }
    }
  }
}
