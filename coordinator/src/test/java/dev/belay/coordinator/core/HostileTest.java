package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Resync;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskProgress;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Nothing that a peer sends ends the coordinator, disturbs others, or makes its records large. */
class HostileTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 2);

  @Test
  void aHelloThatMakesNoSenseIsRejected() {
    List<UnaryOperator<Hello.Builder>> wrong =
        List.of(
            hello -> hello.setProtocol(0),
            hello -> hello.setProtocol(-1),
            hello -> hello.clearName(),
            hello -> hello.setName("x".repeat(65)),
            hello -> hello.clearIncarnation(),
            hello -> hello.setSlots(0),
            hello -> hello.setSlots(-1),
            hello -> hello.setSlots(1_025),
            hello -> hello.setHost("x".repeat(300)),
            hello -> hello.setIncarnation("x".repeat(65)),
            hello -> hello.addAllJobs(Collections.nCopies(10_000, "other")),
            hello -> hello.addLabels(Label.getDefaultInstance()),
            hello -> hello.setCluster("another"));
    for (UnaryOperator<Hello.Builder> change : wrong) {
      TestWorker b = new TestWorker(cluster, "b", "b-1", 1);
      b.stream = cluster.open(b);
      cluster.deliver(b.stream, FromWorker.newBuilder().setHello(change.apply(b.hello())).build());
      assertThat(b.rejected).isNotNull();
      assertThat(requireNonNull(b.rejected).getMessage())
          .doesNotContain("\n")
          .hasSizeLessThan(5_000);
      assertThat(b.connected()).isFalse();
    }
  }

  @Test
  void aHelloAtTheLimitsIsTaken() {
    List<UnaryOperator<Hello.Builder>> right =
        List.of(
            hello -> hello.setName("x".repeat(64)),
            hello -> hello.setIncarnation("x".repeat(64)),
            hello -> hello.setSlots(1_024),
            hello -> hello.setHost("x".repeat(255)),
            hello -> hello.addAllJobs(Collections.nCopies(10_000 - 1, "other")));
    for (UnaryOperator<Hello.Builder> change : right) {
      String name = "b" + right.indexOf(change);
      TestWorker b = new TestWorker(cluster, name, name, 1);
      b.stream = cluster.open(b);
      cluster.deliver(b.stream, FromWorker.newBuilder().setHello(change.apply(b.hello())).build());
      assertThat(b.rejected).isNull();
      assertThat(b.connected()).isTrue();
    }
  }

  @Test
  void aStreamAndAnIncarnationBelongToOneName() {
    cluster.submit(TestCluster.spec());
    a.plans(2);
    TestWorker onTheSameStream = new TestWorker(cluster, "b", "b-1", 1);
    cluster.deliver(a.stream, FromWorker.newBuilder().setHello(onTheSameStream.hello()).build());
    assertThat(requireNonNull(a.rejected).getCode()).isEqualTo(Rejected.Code.INVALID);
    a.join();
    TestWorker sameIncarnation = new TestWorker(cluster, "b", a.incarnation, 1);
    sameIncarnation.join();
    assertThat(requireNonNull(sameIncarnation.rejected).getCode()).isEqualTo(Rejected.Code.INVALID);
    a.beat();
    assertThat(a.holds).hasSize(2);
    assertThat(cluster.core.state().holdings.of(a.incarnation).holds).hasSize(2);
  }

  @Test
  void whoHasNotIntroducedHimselfIsHungUpOn() {
    TestWorker b = new TestWorker(cluster, "b", "b-1", 1);
    for (FromWorker message :
        List.of(
            b.heartbeat(),
            FromWorker.newBuilder().setReport(Report.getDefaultInstance()).build(),
            FromWorker.newBuilder().setResync(Resync.getDefaultInstance()).build())) {
      b.stream = cluster.open(b);
      cluster.deliver(b.stream, message);
      assertThat(b.connected()).isFalse();
    }
  }

  @Test
  void aMessageOfANewerKindIsPassedOver() {
    cluster.deliver(a.stream, FromWorker.getDefaultInstance());
    assertThat(a.connected()).isTrue();
  }

  @Test
  void reportsOfTasksThatDoNotExistAreRefused() {
    cluster.submit(TestCluster.spec());
    Lease plan = a.lease();
    List<Lease> foreign =
        List.of(
            Lease.getDefaultInstance(),
            with(plan, "job-9", 1, 0),
            with(plan, plan.getTask().getJob(), 0, 0),
            with(plan, plan.getTask().getJob(), 77, 0),
            with(plan, plan.getTask().getJob(), TaskKind.PARTITION_VALUE, 0),
            with(plan, plan.getTask().getJob(), TaskKind.PARTITION_VALUE, -1),
            with(plan, plan.getTask().getJob(), TaskKind.PUBLISH_VALUE, 0));
    for (Lease lease : foreign) {
      assertThat(a.says(TestWorker.completed(lease))).as("%s", lease).isEqualTo(Verdict.REFUSED);
    }
    a.plans(1);
  }

  private static Lease with(Lease lease, String job, int kind, int index) {
    Lease.Builder other = lease.toBuilder();
    other.getTaskBuilder().setJob(job).setKindValue(kind).setIndex(index);
    return other.build();
  }

  @Test
  void everyReportWithEveryFieldUnsetIsAnswered() {
    for (Report.Builder report : kinds()) {
      TestCluster one = new TestCluster();
      TestWorker worker = TestWorker.joined(one, "a", 2);
      one.submit(TestCluster.spec());
      worker.says(report.clone().setLease(worker.lease()));
      one = new TestCluster();
      worker = TestWorker.joined(one, "a", 2);
      one.submit(TestCluster.spec());
      worker.plans(1);
      worker.says(report.clone().setLease(worker.lease()));
      one = new TestCluster();
      worker = TestWorker.joined(one, "a", 2);
      one.submit(TestCluster.spec());
      worker.plans(0);
      worker.says(report.clone().setLease(worker.lease()));
    }
  }

  private static List<Report.Builder> kinds() {
    return Report.getDescriptor().getOneofs().get(0).getFields().stream()
        .map(
            field -> {
              Report.Builder report = Report.newBuilder();
              return report.setField(field, report.newBuilderForField(field).build());
            })
        .toList();
  }

  @Test
  void numbersAsLargeAsTheyGoAreTakenForWhatTheyAre() {
    cluster.submit(TestCluster.spec());
    String job = a.plans(1);
    Lease lease = a.lease();
    Report.Builder report = a.checkpoint(lease);
    report
        .getCheckpointBuilder()
        .setSequence(-1)
        .getProgressBuilder()
        .setDone(-1)
        .setTotal(Long.MIN_VALUE);
    assertThat(a.says(report)).as("sequence 2^64-1").isEqualTo(Verdict.REFUSED);
    assertThat(cluster.partition(job, 0).lastSequence).isZero();
    cluster.pass(1_200);
    a.beat();
    cluster.tick();
    Heartbeat.Builder heartbeat = Heartbeat.newBuilder().setNumber(-1);
    for (Progress progress :
        List.of(
            Progress.newBuilder().setDone(-1).setTotal(5).build(),
            Progress.newBuilder().setDone(9).setTotal(5).build(),
            Progress.newBuilder().setDone(1).setTotal(-5).build())) {
      heartbeat
          .clearProgress()
          .addProgress(TaskProgress.newBuilder().setLease(a.lease()).setProgress(progress));
      cluster.deliver(a.stream, FromWorker.newBuilder().setHeartbeat(heartbeat).build());
      assertThat(cluster.describe(job).getSummary().getProgress().getDone()).isBetween(0L, 1_000L);
    }
  }

  @Test
  void longTextsAreCut() {
    cluster.submit(TestCluster.spec());
    String job = a.plans(2);
    String text = "x".repeat(100_000);
    cluster.deliver(
        a.stream,
        FromWorker.newBuilder()
            .setHeartbeat(
                Heartbeat.newBuilder()
                    .addProgress(
                        TaskProgress.newBuilder().setLease(a.partition(1)).setTrouble(text)))
            .build());
    Report.Builder failed = TestWorker.failed(a.partition(0), Failed.Kind.APPLICATION);
    failed.getFailedBuilder().setMessage(text).setDetail(text);
    a.says(failed);
    assertThat(cluster.describe(job).getSerializedSize()).isLessThan(10_000);
  }

  @Test
  void aReportThatNoRecordCouldHoldEndsTheAttemptOnly() {
    cluster.submit(TestCluster.spec());
    String job = a.plans(1);
    Report.Builder report = TestWorker.completed(a.lease());
    Segment segment = Segment.newBuilder().setName("x".repeat(1_000_000)).build();
    for (int i = 0; i < 7; i++) {
      report.getCompletedBuilder().addSegments(segment);
    }
    assertThat(a.says(report)).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_RUNNING);
    assertThat(cluster.partition(job, 0).errorsWithoutProgress).isEqualTo(1);
  }

  @Test
  void whatAJournalCouldNotBeReadWithIsNotWritten() {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    JobSpec spec = TestCluster.spec();
    assertThat(cluster.submit(spec.toBuilder().setUnknownFields(newer).build())).isEmpty();
    assertThat(cluster.submit(spec.toBuilder().setOnLostCheckpointsValue(7).build())).isEmpty();
    cluster.submit(spec);
    String job = a.plans(1);
    Report.Builder report = a.checkpoint(a.lease());
    report.getCheckpointBuilder().getProgressBuilder().setDone(3).setUnknownFields(newer);
    report.getCheckpointBuilder().setUnknownFields(newer);
    assertThat(a.says(report)).as("a newer worker's").isEqualTo(Verdict.OK);
    assertThat(cluster.partition(job, 0).progress)
        .isEqualTo(Progress.newBuilder().setDone(3).build());
  }

  @Test
  void aSubmitThatNoRecordShouldHoldIsRefused() {
    var spec = TestCluster.spec().toBuilder();
    for (int i = 0; i < 1_000; i++) {
      spec.addParameters(Parameter.newBuilder().setKey("k" + i).setValue("\u20ac".repeat(4_000)));
    }
    assertThat(cluster.submit(spec.build())).isEmpty();
    spec.clearParameters();
    for (int i = 0; i < 101; i++) {
      spec.addOutputs("/out/" + i);
    }
    assertThat(cluster.submit(spec.build())).isEmpty();
  }
}
