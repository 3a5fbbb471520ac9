package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static dev.belay.coordinator.core.TestWorker.failed;
import static dev.belay.coordinator.core.TestWorker.manifest;
import static dev.belay.coordinator.core.TestWorker.planned;
import static dev.belay.coordinator.core.TestWorker.prepared;
import static dev.belay.coordinator.core.TestWorker.published;
import static dev.belay.coordinator.core.TestWorker.released;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.CancelJobReply;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Jobs from submit to end: submitted once, planned, run, published once, or cancelled. */
class JobsTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 4);

  private static JobSpec writing(String output) {
    return TestCluster.spec().toBuilder().addOutputs(output).build();
  }

  private JobState state(String job) {
    return cluster.describe(job).getSummary().getState();
  }

  private void completeAll() {
    for (Lease lease : List.copyOf(a.holds.keySet())) {
      assertThat(a.says(completed(lease))).isEqualTo(Verdict.OK);
    }
  }

  private Reason refusal() {
    return requireNonNull(cluster.refusal()).reason();
  }

  @Test
  void aJobGoesItsWay() {
    String job = cluster.submit(TestCluster.spec());
    assertThat(job).isEqualTo("job-1");
    assertThat(state(job)).isEqualTo(JobState.JOB_PLANNING);
    a.plans(2);
    assertThat(state(job)).isEqualTo(JobState.JOB_RUNNING);
    assertThat(a.holds).hasSize(2);
    completeAll();
    assertThat(state(job)).isEqualTo(JobState.JOB_PUBLISHING);
    Result result =
        Result.newBuilder()
            .addFields(
                Field.newBuilder().setName("count").setValue(Value.newBuilder().setInteger(7)))
            .build();
    Lease publishing = a.lease();
    assertThat(a.says(prepared(publishing, Manifest.newBuilder().setResult(result).build())))
        .isEqualTo(Verdict.OK);
    assertThat(a.says(published(publishing))).isEqualTo(Verdict.OK);
    assertThat(state(job)).isEqualTo(JobState.JOB_SUCCEEDED);
    assertThat(cluster.describe(job).getResult()).isEqualTo(result);
    assertThat(a.holds).isEmpty();
    assertThat(cluster.deletions).last().matches(Effect.Delete::all);
    assertThat(a.says(published(publishing))).as("said again").isEqualTo(Verdict.OK);
  }

  @Test
  void theObjectsOfASucceededJobAreDeletedEvenIfTheCoordinatorDiesFirst() {
    String job = cluster.submit(TestCluster.spec());
    a.plans(0);
    a.says(prepared(a.lease(), Manifest.getDefaultInstance()));
    a.says(published(a.lease()));
    cluster.deletions.clear();
    cluster.crash(false);
    assertThat(cluster.deletions).singleElement().matches(Effect.Delete::all);
    cluster.batch(
        cluster
            .command()
            .setDeletionDone(DeletionDone.newBuilder().setJob(job).setAll(true))
            .build());
    cluster.deletions.clear();
    cluster.crash(true);
    assertThat(cluster.deletions).isEmpty();
  }

  @Test
  void aRepeatedSubmitIsTheSameSubmit() {
    String job = cluster.submit("key", TestCluster.spec());
    assertThat(cluster.submit("key", TestCluster.spec())).isEqualTo(job);
    cluster.crash(true);
    assertThat(cluster.submit("key", TestCluster.spec())).isEqualTo(job);
    cluster.cancel(job);
    assertThat(cluster.submit("key", TestCluster.spec())).as("even when ended").isEqualTo(job);
    assertThat(cluster.submit("key", writing("/out"))).isEmpty();
    assertThat(refusal()).isEqualTo(Reason.INVALID);
    assertThat(cluster.core.state().jobs).hasSize(1);
  }

  @Test
  void twoJobsDoNotWriteToOneOutput() {
    String first = cluster.submit(writing("/out"));
    assertThat(cluster.submit(writing("/out"))).isEmpty();
    assertThat(refusal()).isEqualTo(Reason.ALREADY_EXISTS);
    assertThat(requireNonNull(cluster.refusal()).message()).contains(first, "/out");
    cluster.crash(true);
    assertThat(cluster.submit(writing("/out"))).as("claimed after a restart too").isEmpty();
    assertThat(cluster.submit(writing("/out/below"))).as("inside of it").isEmpty();
    assertThat(cluster.submit(writing("/"))).as("around it").isEmpty();
    assertThat(cluster.submit(writing("/outside"))).isNotEmpty();
    assertThat(cluster.submit(writing("/other"))).isNotEmpty();
    cluster.cancel(first);
    assertThat(cluster.submit(writing("/out"))).as("free again").isNotEmpty();
  }

  @Test
  void aSubmitThatMakesNoSenseIsRefused() {
    JobSpec good = TestCluster.spec();
    List<JobSpec> bad =
        List.of(
            good.toBuilder().clearJob().build(),
            good.toBuilder().setPartitions(-1).build(),
            good.toBuilder().setPartitions(1_000_001).build(),
            good.toBuilder().setCheckpointIntervalMillis(99).build(),
            good.toBuilder().setName("x".repeat(201)).build(),
            good.toBuilder().addOutputs("").build(),
            good.toBuilder().addOutputs("/" + "x".repeat(5_000)).build());
    for (JobSpec spec : bad) {
      assertThat(cluster.submit(spec)).as("%s", spec).isEmpty();
      assertThat(refusal()).isEqualTo(Reason.INVALID);
      assertThat(requireNonNull(cluster.refusal()).message()).doesNotContain("\n");
    }
    assertThat(cluster.submit("", good)).isEmpty();
    assertThat(cluster.core.state().jobs).isEmpty();
  }

  @Test
  void aJobWithoutInputPublishesAtOnce() {
    String job = cluster.submit(TestCluster.spec());
    a.plans(0);
    assertThat(state(job)).isEqualTo(JobState.JOB_PUBLISHING);
    assertThat(completions(a.lease(), 0, 10)).isNotNull();
    a.says(prepared(a.lease(), manifest("/out/_SUCCESS")));
    a.says(published(a.lease()));
    assertThat(state(job)).isEqualTo(JobState.JOB_SUCCEEDED);
  }

  @Test
  void planningFailsOverLikeAnyOther() {
    cluster.submit(TestCluster.spec());
    Lease old = a.lease();
    TestWorker again = a.restarted();
    assertThat(again.says(planned(old, 9))).isEqualTo(Verdict.REFUSED);
    String job = again.plans(1);
    assertThat(cluster.job(job).partitions).hasSize(1);
  }

  @Test
  void aPlanThatDoesNotAddUpFailsTheJob() {
    String job = cluster.submit(TestCluster.spec());
    var report = planned(a.lease(), 3);
    report.getPlannedBuilder().addWeights(1).addWeights(2);
    a.says(report);
    assertThat(state(job)).isEqualTo(JobState.JOB_FAILED);
    String large = cluster.submit(TestCluster.spec());
    a.says(planned(a.lease(), -1));
    assertThat(cluster.describe(large).getSummary().getError()).contains("4294967295");
  }

  @Test
  void weightsAreUnsigned() {
    String job = cluster.submit(TestCluster.spec());
    var report = planned(a.lease(), 2);
    report.getPlannedBuilder().addWeights(-1).addWeights(1);
    a.says(report);
    assertThat(cluster.describe(job).getSummary().getProgress().getTotal())
        .isEqualTo(4_294_967_296_000L);
    a.says(completed(a.partition(0)));
    assertThat(cluster.describe(job).getSummary().getProgress().getDone())
        .isEqualTo(4_294_967_295_000L);
  }

  @Test
  void aPublicationIsPreparedOnceAndCarriedOutByWhoeverHoldsTheLease() {
    String job = cluster.submit(writing("/out"));
    a.plans(0);
    Lease first = a.lease();
    assertThat(a.assignment(first).hasManifest()).isFalse();
    assertThat(a.says(published(first))).as("nothing was prepared").isEqualTo(Verdict.REFUSED);
    cluster.pass(1_200);
    a.beat();
    cluster.tick();
    Lease second = a.lease();
    Manifest manifest = manifest("/out/a");
    assertThat(a.says(prepared(second, manifest))).isEqualTo(Verdict.OK);
    assertThat(a.says(prepared(second, manifest))).isEqualTo(Verdict.OK);
    TestWorker again = a.restarted();
    assertThat(again.assignment(again.lease()).getManifest()).isEqualTo(manifest);
    assertThat(again.says(prepared(second, manifest("/out/b")))).isEqualTo(Verdict.REFUSED);
    assertThat(again.says(published(second))).as("a zombie's word").isEqualTo(Verdict.REFUSED);
    assertThat(again.says(published(again.lease()))).isEqualTo(Verdict.OK);
    assertThat(state(job)).isEqualTo(JobState.JOB_SUCCEEDED);
    assertThat(cluster.journal).filteredOn(Event::hasPublishPrepared).hasSize(1);
  }

  @Test
  void aSecondManifestIsRefused() {
    cluster.submit(writing("/out"));
    a.plans(0);
    Lease lease = a.lease();
    a.says(prepared(lease, manifest("/out/a")));
    assertThat(a.says(prepared(lease, manifest("/out/b")))).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.job("job-1").manifest).isEqualTo(manifest("/out/a"));
    assertThat(cluster.job("job-1").publishing.leased()).isFalse();
  }

  @Test
  void cancelStopsEverythingAndKeepsCheckpoints() {
    String job = cluster.submit(writing("/out"));
    a.plans(6);
    Lease lease = a.partition(0);
    a.says(a.checkpoint(lease));
    a.says(completed(a.partition(1)));
    CancelJobReply reply = (CancelJobReply) requireNonNull(cluster.cancel(job));
    assertThat(reply.getState()).isEqualTo(JobState.JOB_CANCELLED);
    assertThat(a.holds).as("they are told").isEmpty();
    assertThat(a.says(completed(lease))).isEqualTo(Verdict.REFUSED);
    assertThat(cluster.partition(job, 0).checkpoints).hasSize(1);
    assertThat(cluster.deletions).isEmpty();
    assertThat(cluster.partition(job, 1).state).isEqualTo(PartitionState.PARTITION_SUCCEEDED);
    assertThat(cluster.partition(job, 5).state).isEqualTo(PartitionState.PARTITION_CANCELLED);
    int written = cluster.journal.size();
    assertThat(cluster.cancel(job)).as("once more").isEqualTo(reply);
    assertThat(cluster.journal).hasSize(written);
  }

  @Test
  void cancelWorksBeforeAndDuringPlanningAndBeforePublishing() {
    TestCluster empty = new TestCluster();
    String waiting = empty.submit(TestCluster.spec());
    empty.cancel(waiting);
    assertThat(empty.job(waiting).state).isEqualTo(JobState.JOB_CANCELLED);
    String planning = cluster.submit(TestCluster.spec());
    Lease plan = a.lease();
    cluster.cancel(planning);
    assertThat(a.says(planned(plan, 3))).isEqualTo(Verdict.REFUSED);
    assertThat(state(planning)).isEqualTo(JobState.JOB_CANCELLED);
    String publishing = cluster.submit(TestCluster.spec());
    a.plans(0);
    Lease lease = a.lease();
    cluster.cancel(publishing);
    assertThat(a.says(prepared(lease, manifest("/out/a")))).isEqualTo(Verdict.REFUSED);
    assertThat(state(publishing)).isEqualTo(JobState.JOB_CANCELLED);
  }

  @Test
  void whatIsBeingPublishedCannotBeCancelled() {
    String job = cluster.submit(writing("/out"));
    a.plans(0);
    a.says(prepared(a.lease(), manifest("/out/a")));
    assertThat(cluster.cancel(job)).isNull();
    assertThat(refusal()).isEqualTo(Reason.PRECONDITION);
    assertThat(cluster.submit(writing("/out"))).as("still claimed").isEmpty();
    a.says(published(a.lease()));
    assertThat(state(job)).isEqualTo(JobState.JOB_SUCCEEDED);
  }

  @Test
  void oneFailedPartitionStopsTheOthers() {
    String job = cluster.submit(TestCluster.spec());
    TestWorker b = TestWorker.joined(cluster, "b", 4);
    (a.holds.isEmpty() ? b : a).plans(6);
    assertThat(b.holds).isNotEmpty();
    a.says(failed(a.holds.keySet().iterator().next(), Failed.Kind.PERMANENT));
    assertThat(a.holds).isEmpty();
    assertThat(b.holds).isEmpty();
    assertThat(state(job)).isEqualTo(JobState.JOB_FAILED);
  }

  @Test
  void completionsAreListedInPagesForThePublisherAlone() {
    String job = cluster.submit(TestCluster.spec());
    a.plans(3);
    Lease partition = a.partition(0);
    assertThat(completions(partition, 0, 10)).isNull();
    assertThat(refusal()).isEqualTo(Reason.PRECONDITION);
    completeAll();
    Lease publishing = a.lease();
    List<Integer> indexes = new ArrayList<>();
    int from = 0;
    do {
      ListCompletionsReply page = requireNonNull(completions(publishing, from, 2));
      page.getCompletionsList().forEach(completion -> indexes.add(completion.getIndex()));
      from = page.getNextIndex();
    } while (from != 0);
    assertThat(indexes).containsExactly(0, 1, 2);
    assertThat(requireNonNull(completions(publishing, -5, 2)).getCompletionsList())
        .as("far beyond the end")
        .isEmpty();
    assertThat(requireNonNull(completions(publishing, 0, 0)).getCompletionsList()).hasSize(1);
    a.says(released(publishing));
    assertThat(completions(publishing, 0, 2)).as("an old lease").isNull();
    assertThat(completions(a.lease(), 0, 2)).isNotNull();
    assertThat(state(job)).isEqualTo(JobState.JOB_PUBLISHING);
  }

  private @Nullable ListCompletionsReply completions(Lease lease, int from, int limit) {
    Message reply =
        cluster.ask(
            cluster
                .command()
                .setListCompletions(
                    ListCompletionsRequest.newBuilder()
                        .setLease(lease)
                        .setFromIndex(from)
                        .setLimit(limit)));
    return (ListCompletionsReply) reply;
  }

  @Test
  void aJobIsFoundByItsIdOrByItsName() {
    JobSpec named = TestCluster.spec().toBuilder().setName("nightly").build();
    String job = cluster.submit(named);
    assertThat(cluster.describe("nightly").getSummary().getJobId()).isEqualTo(job);
    assertThat(describe("weekly")).isNull();
    assertThat(refusal()).isEqualTo(Reason.NOT_FOUND);
  }

  private @Nullable Message describe(String job) {
    return cluster.ask(
        cluster.command().setDescribeJob(DescribeJobRequest.newBuilder().setJob(job)));
  }

  @Test
  void whatKeepsAJobWaitingIsSaid() {
    TestCluster empty = new TestCluster();
    String job = empty.submit(TestCluster.spec());
    assertThat(empty.describe(job).getTrouble()).contains("no live worker: start one");
    TestWorker.joined(empty, "a", 1);
    String other = empty.submit(JobSpec.newBuilder().setJob("unheard-of").build());
    assertThat(empty.describe(other).getTrouble())
        .isEqualTo("no live worker has the code of job \"unheard-of\"");
  }

  @Test
  void waitingJobsTakeTurns() {
    cluster.submit(TestCluster.spec());
    a.plans(100);
    cluster.submit(TestCluster.spec());
    a.says(completed(a.partition(0)));
    assertThat(a.holds.keySet()).anyMatch(lease -> lease.getTask().getJob().equals("job-2"));
  }
}
