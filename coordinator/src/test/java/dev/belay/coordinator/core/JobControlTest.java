package dev.belay.coordinator.core;

import static dev.belay.runtime.proto.JobState.JOB_CANCELLED;
import static dev.belay.runtime.proto.JobState.JOB_FAILED;
import static dev.belay.runtime.proto.JobState.JOB_PAUSED;
import static dev.belay.runtime.proto.JobState.JOB_PENDING;
import static dev.belay.runtime.proto.JobState.JOB_PUBLISHING;
import static dev.belay.runtime.proto.JobState.JOB_RUNNING;
import static dev.belay.runtime.proto.JobState.JOB_STOPPED;
import static dev.belay.runtime.proto.JobState.JOB_STOPPING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Started;
import dev.belay.runtime.proto.TaskKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people do with jobs that they have. */
class JobControlTest {
  private static final JobSpec SPEC = TestCluster.spec().toBuilder().addOutputs("/out").build();

  private final Scenes scene = Scenes.running(2, 3, SPEC);
  private final TestCluster cluster = scene.cluster;
  private final TestWorker worker = scene.worker;

  private static dev.belay.runtime.proto.JobState state(@Nullable JobControlReply reply) {
    return Objects.requireNonNull(reply).getState();
  }

  // ---- pause and resume

  @Test
  void pauseAsksForAllAtOnceAndNothingOfItIsPlaced() {
    assertThat(state(scene.pause())).isEqualTo(JOB_PAUSED);
    assertThat(worker.yields).as("pushed with the answer").hasSize(2);
    Lease lease = worker.partition(0);
    assertThat(worker.says(worker.checkpoint(lease))).isEqualTo(Verdict.OK);
    scene.givesBack();
    scene.passes(2_000);
    assertThat(worker.holds).isEmpty();
    assertThat(cluster.describe(scene.job).getPartitionsList())
        .allMatch(one -> one.getState() == PartitionState.PARTITION_PAUSED);

    assertThat(state(scene.resume())).isEqualTo(JOB_RUNNING);
    Lease again = worker.partition(0);
    assertThat(worker.assignment(again).getCheckpointsList()).as("goes on").hasSize(1);
  }

  @Test
  void everyRequestMayComeTwice() {
    scene.pause();
    int written = cluster.journal.size();
    assertThat(state(scene.pause())).isEqualTo(JOB_PAUSED);
    assertThat(cluster.journal).hasSize(written);
    scene.resume();
    written = cluster.journal.size();
    assertThat(state(scene.resume())).isEqualTo(JOB_RUNNING);
    assertThat(cluster.journal).hasSize(written);
    scene.stop();
    assertThat(state(scene.stop())).isEqualTo(JOB_STOPPING);
    scene.givesBack();
    written = cluster.journal.size();
    assertThat(state(scene.stop())).isEqualTo(JOB_STOPPED);
    assertThat(cluster.journal).hasSize(written);
  }

  @Test
  void aCoordinatorThatStartsAgainAsksAgain() {
    scene.pause();
    worker.yields.clear();
    cluster.crash(true);
    worker.join();
    assertThat(worker.yields).hasSize(2);
    assertThat(scene.record().state).isEqualTo(JOB_PAUSED);
  }

  @Test
  void whatCompletesInAPausedJobStaysComplete() {
    scene.pause();
    assertThat(worker.says(TestWorker.completed(worker.partition(0)))).isEqualTo(Verdict.OK);
    scene.givesBack();
    scene.resume();
    assertThat(cluster.partition(scene.job, 0).state).isEqualTo(PartitionState.PARTITION_SUCCEEDED);
  }

  // ---- publishing

  private Lease publishing() {
    for (int i = 0; i < 3; i++) {
      worker.says(TestWorker.completed(worker.partition(i)));
    }
    Lease lease = worker.lease();
    assertThat(lease.getTask().getKind()).isEqualTo(TaskKind.PUBLISH);
    return lease;
  }

  @Test
  void aPausedJobDoesNotBeginToPublish() {
    Lease lease = publishing();
    scene.pause();
    assertThat(worker.says(TestWorker.prepared(lease, TestWorker.manifest("/out/1"))))
        .isEqualTo(Verdict.REFUSED);
    assertThat(scene.record().manifest).isNull();
    assertThat(worker.holds).isEmpty();
    assertThat(state(scene.resume())).isEqualTo(JOB_PUBLISHING);
    assertThat(worker.holds).hasSize(1);
  }

  @Test
  void nothingTakesBackAPublicationThatIsJournaled() {
    worker.says(TestWorker.prepared(publishing(), TestWorker.manifest("/out/1")));
    int written = cluster.journal.size();
    assertThat(scene.pause()).isNull();
    assertThat(scene.refusal()).contains("has begun to publish");
    assertThat(scene.stop()).isNull();
    assertThat(scene.retry()).isNull();
    assertThat(scene.restart("r")).isNull();
    assertThat(cluster.cancel(scene.job)).isNull();
    assertThat(cluster.journal).hasSize(written);
  }

  @Test
  void aPublicationThatIsJournaledDoesNotRunOutOfAttempts() {
    worker.says(TestWorker.prepared(publishing(), TestWorker.manifest("/out/1")));
    for (int i = 0; i < 8; i++) {
      worker.says(TestWorker.failed(worker.lease(), Failed.Kind.APPLICATION));
      scene.passes(70_000);
    }
    assertThat(scene.record().state).isEqualTo(JOB_PUBLISHING);
  }

  @Test
  void oneThatIsNotJournaledDoes() {
    publishing();
    for (int i = 0; i < 5; i++) {
      worker.says(TestWorker.failed(worker.lease(), Failed.Kind.APPLICATION));
      scene.passes(70_000);
    }
    assertThat(scene.record().state).isEqualTo(JOB_FAILED);
    assertThat(scene.record().error)
        .isEqualTo(
            "publishing failed 5 times without progress, the last time on worker a: no luck");
  }

  // ---- stop, cancel and retry

  @Test
  void stopEndsTheJobWhenAllIsGivenBackAndFreesItsOutput() {
    scene.stop();
    assertThat(scene.record().state).isEqualTo(JOB_STOPPING);
    assertThat(cluster.submit(SPEC)).as("the output is claimed until then").isEmpty();
    worker.says(worker.checkpoint(worker.partition(1)));
    scene.givesBack();
    assertThat(scene.record().state).isEqualTo(JOB_STOPPED);
    assertThat(cluster.deletions).as("its checkpoints are kept").isEmpty();
    assertThat(cluster.submit(SPEC)).isNotEmpty();
  }

  @Test
  void aWorkerThatDoesNotGiveBackHoldsUpAStopForThirtySeconds() {
    scene.stop();
    scene.passes(29_000);
    assertThat(scene.record().state).isEqualTo(JOB_STOPPING);
    scene.passes(2_000);
    assertThat(scene.record().state).isEqualTo(JOB_STOPPED);
    assertThat(worker.holds).isEmpty();
  }

  @Test
  void retryGoesOnFromTheCheckpointsOfAStoppedJob() {
    worker.says(TestWorker.completed(worker.partition(0)));
    worker.says(worker.checkpoint(worker.partition(1)));
    scene.stop();
    scene.givesBack();
    assertThat(state(scene.retry())).isEqualTo(JOB_RUNNING);
    assertThat(state(scene.retry())).as("a second time").isEqualTo(JOB_RUNNING);
    assertThat(worker.holds).hasSize(2);
    assertThat(worker.assignment(worker.partition(1)).getCheckpointsList()).hasSize(1);
    worker.says(TestWorker.completed(worker.partition(1)));
    worker.says(TestWorker.completed(worker.partition(2)));
    assertThat(scene.record().state).isEqualTo(JOB_PUBLISHING);
  }

  @Test
  void retryOfAFailedJobGivesFreshCountersAndKeepsWhatIsDone() {
    worker.says(TestWorker.completed(worker.partition(0)));
    worker.says(TestWorker.failed(worker.partition(1), Failed.Kind.PERMANENT));
    assertThat(scene.record().state).isEqualTo(JOB_FAILED);
    assertThat(cluster.describe(scene.job).getSummary().getFailed()).isEqualTo(1);
    scene.retry();
    assertThat(scene.record().state).isEqualTo(JOB_RUNNING);
    assertThat(scene.record().error).isEmpty();
    assertThat(cluster.describe(scene.job).getSummary().getFailed()).isZero();
    assertThat(cluster.partition(scene.job, 0).state).isEqualTo(PartitionState.PARTITION_SUCCEEDED);
  }

  @Test
  void retryIsRefusedWhileAnotherJobWritesToTheOutput() {
    cluster.cancel(scene.job);
    String other = cluster.submit(SPEC);
    assertThat(scene.retry()).isNull();
    assertThat(scene.refusal()).contains(other).contains("/out");
    assertThat(scene.record().state).isEqualTo(JOB_CANCELLED);
    cluster.cancel(other);
    assertThat(scene.retry()).isNotNull();
  }

  // ---- restart

  @Test
  void restartBeginsAnewUnderTheClientsKeyAndForgetsTheOld() {
    worker.says(worker.checkpoint(worker.partition(0)));
    JobControlReply reply = Objects.requireNonNull(scene.restart("again"));
    assertThat(reply.getJobId()).isEqualTo("job-2");
    assertThat(reply.getState()).isEqualTo(JOB_PENDING);
    assertThat(scene.record().state).isEqualTo(JOB_CANCELLED);
    assertThat(cluster.deletions).anyMatch(one -> one.all() && one.job().equals(scene.job));
    assertThat(cluster.core.state().claims.get("/out")).isEqualTo(cluster.job("job-2"));
    assertThat(worker.lease().getTask().getJob()).isEqualTo("job-2");

    int written = cluster.journal.size();
    assertThat(Objects.requireNonNull(scene.restart("again")).getJobId()).isEqualTo("job-2");
    assertThat(cluster.journal).hasSize(written);
    assertThat(scene.retry()).as("nothing is left of it").isNull();
    assertThat(scene.refusal()).contains("belay restart job-1 --from-scratch");
  }

  @Test
  void aKeyThatWasUsedForSomethingElseIsRefused() {
    String other = cluster.submit("other", TestCluster.spec());
    assertThat(scene.restart("other")).isNull();
    assertThat(scene.refusal()).contains(other);
    assertThat(scene.record().state).isEqualTo(JOB_RUNNING);
  }

  // ---- strangers

  @Test
  void whoNeverHeldTheLeaseIsNotToldThatItsCompletionCounts() {
    Lease lease = worker.partition(0);
    worker.says(TestWorker.completed(lease));
    assertThat(worker.says(TestWorker.completed(lease))).isEqualTo(Verdict.OK);
    TestWorker stranger = TestWorker.joined(cluster, "b", 1);
    assertThat(stranger.says(TestWorker.completed(lease))).isEqualTo(Verdict.REFUSED);
    assertThat(
            stranger.says(
                dev.belay.runtime.proto.Report.newBuilder()
                    .setLease(lease)
                    .setStarted(Started.getDefaultInstance())))
        .isEqualTo(Verdict.REFUSED);
  }
}
