package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static dev.belay.coordinator.core.TestWorker.planned;
import static dev.belay.coordinator.core.TestWorker.released;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.wire.Labels;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Several jobs at once: who is first, who has to make room, who waits for whom. */
class PriorityTest {
  private final TestCluster cluster = new TestCluster();

  private static JobSpec.Builder spec() {
    return TestCluster.spec().toBuilder();
  }

  /** Plans whatever waits to be planned at this worker. */
  private String submitted(TestWorker worker, JobSpec.Builder spec, int splits) {
    String job = cluster.submit(spec.build());
    Lease lease = Objects.requireNonNull(cluster.job(job).planning.hold).lease();
    assertThat(worker.says(planned(lease, splits))).isEqualTo(Verdict.OK);
    return job;
  }

  private int running(String job) {
    return cluster.job(job).running;
  }

  private static Lease any(TestWorker worker, String job) {
    return worker.holds.keySet().stream()
        .filter(lease -> lease.getTask().getJob().equals(job))
        .findFirst()
        .orElseThrow();
  }

  /** Time passes in which these are heard, so that the next look at what waits is due. */
  private void passes(TestWorker... heard) {
    cluster.stall(100);
    for (TestWorker worker : heard) {
      worker.beat();
    }
  }

  @Test
  void aShortJobDoesNotWaitForALongOne() {
    TestWorker a = TestWorker.joined(cluster, "a", 4);
    String longer = submitted(a, spec(), 1_000);
    assertThat(running(longer)).isEqualTo(4);
    String shorter = cluster.submit(spec().build());
    a.says(completed(any(a, longer)));
    assertThat(cluster.job(shorter).planning.hold).as("planning is next").isNotNull();
    a.says(planned(any(a, shorter), 10));
    assertThat(running(shorter)).isEqualTo(1);
    a.says(completed(any(a, longer)));
    assertThat(running(shorter)).isEqualTo(2);
    a.says(completed(any(a, longer)));
    assertThat(running(shorter)).as("an equal share, not more").isEqualTo(2);
    a.says(completed(any(a, shorter)));
    assertThat(running(shorter)).isEqualTo(2);
  }

  @Test
  void theHigherPriorityGetsEverySlotThatBecomesFree() {
    TestWorker a = TestWorker.joined(cluster, "a", 2);
    String low = submitted(a, spec().setPriority(-1), 100);
    String high = cluster.submit(spec().setPriority(5).build());
    a.says(completed(any(a, low)));
    a.says(planned(any(a, high), 3));
    a.says(completed(any(a, low)));
    assertThat(running(high)).isEqualTo(2);
    a.says(completed(any(a, high)));
    assertThat(running(high)).isEqualTo(2);
    a.says(completed(any(a, high)));
    assertThat(running(low)).as("what the higher one has no use for").isEqualTo(1);
  }

  @Test
  void lowerLeasesYieldToAHigherJobAndNoMoreThanItNeeds() {
    TestWorker a = TestWorker.joined(cluster, "a", 4);
    String low = submitted(a, spec(), 100);
    String lowest = cluster.submit(spec().setPriority(-3).build());
    String high = cluster.submit(spec().setPriority(1).build());
    passes(a);
    assertThat(a.yields).as("for planning").hasSize(1);
    Lease first = a.yields.iterator().next();
    passes(a);
    passes(a);
    assertThat(a.yields).as("one is on its way").containsOnly(first);
    assertThat(a.says(a.checkpoint(first))).isEqualTo(Verdict.OK);
    List<Event> written = cluster.batch(a.saying(released(first).build()));
    assertThat(written.get(0).getTaskReleased().getCause()).isEqualTo(Cause.PREEMPTED);
    assertThat(written.get(0).getTaskReleased().getMessage())
        .isEqualTo("preempted by %s (count), which has priority 1".formatted(high));
    assertThat(running(low)).isEqualTo(3);
    a.says(planned(any(a, high), 2));
    passes(a);
    assertThat(running(high)).isEqualTo(1);
    Lease second = a.yields.stream().filter(a.holds::containsKey).findFirst().orElseThrow();
    a.says(released(second));
    assertThat(running(high)).isEqualTo(2);
    passes(a);
    assertThat(a.yields).as("the lowest takes nothing").noneMatch(a.holds::containsKey);
    assertThat(cluster.job(lowest).planning.hold).isNull();
  }

  @Test
  void asManyYieldAtOnceAsAreWantedTheNewestFirst() {
    TestWorker a = TestWorker.joined(cluster, "a", 4);
    submitted(a, spec(), 100);
    String high = cluster.submit(spec().setPriority(1).build());
    passes(a);
    a.says(released(a.yields.iterator().next()));
    a.yields.clear();
    a.says(planned(any(a, high), 3));
    passes(a);
    assertThat(a.yields)
        .as("one has the slot of planning")
        .extracting(lease -> lease.getTask().getIndex())
        .containsExactly(2, 1);
    passes(a);
    assertThat(a.yields).hasSize(2);
  }

  @Test
  void onlyThoseYieldWhoseSlotsAreOfUse() {
    TestWorker gpu = new TestWorker(cluster, "gpu", "gpu-1", 1);
    gpu.labels = List.of(Labels.of("gpu", "yes"));
    gpu.join();
    String low = submitted(gpu, spec(), 10);
    TestWorker plain = TestWorker.joined(cluster, "plain", 1);
    assertThat(running(low)).isEqualTo(2);
    cluster.submit(spec().setPriority(1).addRequire(Labels.of("gpu", "yes")).build());
    passes(gpu, plain);
    assertThat(gpu.yields).hasSize(1);
    assertThat(plain.yields).isEmpty();
  }

  @Test
  void ofAWorkerWithAQueueSoManyYieldThatASlotIsFree() {
    TestWorker a = new TestWorker(cluster, "a", "a-1", 2);
    a.queue = 2;
    a.join();
    String low = submitted(a, spec(), 100);
    cluster.stall(10);
    a.says(completed(any(a, low)));
    assertThat(a.holds).hasSize(4);
    cluster.submit(spec().setPriority(1).build());
    passes(a);
    assertThat(a.yields).as("two in the queue, and one that runs").hasSize(3);
  }

  @Test
  void noMorePartitionsRunThanTheLimitSays() {
    TestWorker a = TestWorker.joined(cluster, "a", 8);
    String job = submitted(a, spec().setMaxRunning(3), 10);
    assertThat(running(job)).isEqualTo(3);
    a.says(completed(any(a, job)));
    assertThat(running(job)).isEqualTo(3);
    TestWorker b = TestWorker.joined(cluster, "b", 8);
    a.breaks();
    cluster.pass(400);
    assertThat(running(job)).isEqualTo(3);
    assertThat(b.holds).hasSize(3);
  }

  @Test
  void aJobBeginsWhenThoseBeforeItHaveSucceeded() {
    TestWorker a = TestWorker.joined(cluster, "a", 2);
    String first = cluster.submit(spec().setName("import").build());
    String second = cluster.submit(spec().addAfter("import").addAfter(first).build());
    assertThat(cluster.job(second).spec.getAfterList()).containsExactly(first);
    assertThat(a.holds).hasSize(1);
    assertThat(cluster.describe(second).getTrouble())
        .isEqualTo("waits for job-1 (import) to succeed");
    a.says(planned(any(a, first), 0));
    assertThat(cluster.job(second).state).isEqualTo(JobState.JOB_PENDING);
    Lease publish = any(a, first);
    assertThat(publish.getTask().getKind()).isEqualTo(TaskKind.PUBLISH);
    a.says(TestWorker.prepared(publish, TestWorker.manifest("x")));
    a.says(TestWorker.published(publish));
    assertThat(a.lease().getTask().getJob()).isEqualTo(second);
  }

  @Test
  void whatKeepsAJobFromBeginningForEverIsSaid() {
    String first = cluster.submit(spec().build());
    String second = cluster.submit(spec().addAfter(first).build());
    cluster.cancel(first);
    TestWorker a = TestWorker.joined(cluster, "a", 2);
    assertThat(a.holds).isEmpty();
    assertThat(cluster.describe(second).getTrouble())
        .isEqualTo(
            "waits for job-1 (count), which was cancelled: 'belay retry job-1', or 'belay cancel"
                + " job-2'");
  }

  @Test
  void aRepeatedSubmitThatNamesAJobIsTheSame() {
    cluster.submit(spec().setName("import").build());
    String job = cluster.submit("k", spec().addAfter("import").build());
    cluster.submit(spec().setName("import").build());
    assertThat(cluster.submit("k", spec().addAfter("import").build())).isEqualTo(job);
    assertThat(cluster.submit("k", spec().addAfter("job-1").build())).isEqualTo(job);
    assertThat(cluster.submit("k", spec().addAfter("job-3").build())).isEmpty();
    assertThat(cluster.submit("k", spec().build())).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsRefusedWithOneLine() {
    assertThat(cluster.submit(spec().addAfter("nightly").build())).isEmpty();
    assertThat(Objects.requireNonNull(cluster.refusal()).message())
        .isEqualTo("no job \"nightly\": 'belay list' shows them all");
    assertThat(cluster.submit(spec().addRequire(label("", "x")).build())).isEmpty();
    assertThat(Objects.requireNonNull(cluster.refusal()).message())
        .startsWith("malformed label \"=x\"");
    assertThat(
            cluster.submit(spec().addRequire(label("a", "1")).addRequire(label("a", "2")).build()))
        .isEmpty();
    assertThat(Objects.requireNonNull(cluster.refusal()).message())
        .isEqualTo("label a is given twice");
    assertThat(cluster.submit(spec().setPlacementValue(9).build())).isEmpty();
  }

  private static dev.belay.runtime.proto.Label label(String key, String value) {
    return dev.belay.runtime.proto.Label.newBuilder().setKey(key).setValue(value).build();
  }
}
