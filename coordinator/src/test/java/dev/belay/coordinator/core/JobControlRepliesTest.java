package dev.belay.coordinator.core;

import static dev.belay.runtime.proto.JobState.JOB_PAUSED;
import static dev.belay.runtime.proto.JobState.JOB_PENDING;
import static dev.belay.runtime.proto.JobState.JOB_PUBLISHING;
import static dev.belay.runtime.proto.JobState.JOB_STOPPED;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.RestartJobRequest;
import dev.belay.runtime.proto.TaskKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a user is answered who pauses, stops, retries or restarts, and who gives back for it. */
class JobControlRepliesTest {
  private static final JobSpec NIGHTLY =
      TestCluster.spec().toBuilder().setName("nightly").addOutputs("/out").build();

  private final Scenes scene = new Scenes(1);
  private final TestCluster cluster = scene.cluster;
  private final TestWorker worker = scene.worker;

  private @Nullable JobControlReply restart(String wanted, String key) {
    return scene.ask(
        cluster.command().setRestartJob(RestartJobRequest.newBuilder().setJob(wanted).setKey(key)));
  }

  private static JobState state(@Nullable JobControlReply reply) {
    return requireNonNull(reply).getState();
  }

  private Reason refused() {
    return requireNonNull(cluster.refusal()).reason();
  }

  // ---- restart

  @Test
  void theSameRestartIsKnownHoweverTheJobIsCalled() {
    scene.job = cluster.submit(NIGHTLY);
    String other = cluster.submit("other", TestCluster.spec());
    String again = requireNonNull(restart(scene.job, "key")).getJobId();
    int written = cluster.journal.size();
    for (String wanted : new String[] {scene.job, again, "nightly"}) {
      assertThat(requireNonNull(restart(wanted, "key")).getJobId()).as(wanted).isEqualTo(again);
    }
    assertThat(restart(other, "key")).as("another job").isNull();
    assertThat(refused()).isEqualTo(Reason.INVALID);
    assertThat(restart("unheard-of", "key")).isNull();
    assertThat(restart(other, "other")).as("the key of a submit").isNull();
    assertThat(refused()).isEqualTo(Reason.INVALID);
    assertThat(cluster.journal).hasSize(written);
  }

  @Test
  void aRestartIsKnownThoughTheJobThatItWasOfHasAnotherSuccessorSince() {
    scene.job = cluster.submit(NIGHTLY);
    String second = requireNonNull(restart(scene.job, "one")).getJobId();
    String third = requireNonNull(restart(second, "two")).getJobId();
    assertThat(requireNonNull(restart(scene.job, "one")).getJobId()).isEqualTo(second);
    assertThat(requireNonNull(restart(second, "two")).getJobId()).isEqualTo(third);
    assertThat(restart(scene.job, "two")).isNull();
  }

  @Test
  void aRestartHasAKeyOfUpTo200Characters() {
    scene.job = cluster.submit(NIGHTLY);
    for (String key : new String[] {"", "x".repeat(201)}) {
      assertThat(restart(scene.job, key)).isNull();
      assertThat(refused()).isEqualTo(Reason.INVALID);
    }
    assertThat(restart(scene.job, "x".repeat(200))).isNotNull();
  }

  @Test
  void aRestartIsRefusedWhileAnotherJobWritesToTheOutput() {
    scene.job = cluster.submit(NIGHTLY);
    cluster.cancel(scene.job);
    cluster.submit(NIGHTLY.toBuilder().setName("other").build());
    int written = cluster.journal.size();
    assertThat(restart(scene.job, "key")).isNull();
    assertThat(refused()).isEqualTo(Reason.ALREADY_EXISTS);
    assertThat(scene.refusal()).contains("/out");
    assertThat(cluster.journal).hasSize(written);
  }

  // ---- resume

  /** It would be refused. */
  @Test
  void whoHasSucceededIsNotToldToRetry() {
    scene.job = cluster.submit(TestCluster.spec());
    worker.plans(1);
    worker.says(TestWorker.completed(worker.lease()));
    worker.says(TestWorker.prepared(worker.lease(), TestWorker.manifest("/out/1")));
    worker.says(TestWorker.published(worker.lease()));
    assertThat(scene.record().state).isEqualTo(JobState.JOB_SUCCEEDED);
    assertThat(scene.resume()).isNull();
    assertThat(scene.refusal())
        .isEqualTo(scene.job + " has succeeded: there is nothing to go on with");
  }

  // ---- who gives back

  @Test
  void planningAndPublishingAreAskedBackToo() {
    scene.job = cluster.submit(NIGHTLY);
    scene.pause();
    assertThat(worker.yields).singleElement().matches(l -> l.getTask().getKind() == TaskKind.PLAN);
    scene.givesBack();
    scene.resume();
    worker.plans(1);
    worker.says(TestWorker.completed(worker.lease()));
    scene.pause();
    assertThat(worker.yields).anyMatch(l -> l.getTask().getKind() == TaskKind.PUBLISH);
    scene.givesBack();
    assertThat(worker.holds).isEmpty();
    assertThat(scene.record().publishing.error).isEqualTo("the job is paused");
  }

  @Test
  void aCoordinatorThatStartsAgainGoesOnStopping() {
    scene.job = cluster.submit(NIGHTLY);
    worker.plans(1);
    scene.stop();
    cluster.crash(true);
    worker.join();
    assertThat(worker.yields).hasSize(1);
    scene.givesBack();
    assertThat(scene.record().state).isEqualTo(JOB_STOPPED);
    assertThat(cluster.partition(scene.job, 0).error).isEqualTo("the job is stopped");
  }

  // ---- what is answered

  @Test
  void aJobOfWhichNobodyHoldsAnythingIsStoppedAtOnce() {
    worker.breaks();
    scene.job = cluster.submit(NIGHTLY);
    assertThat(state(scene.stop())).isEqualTo(JOB_STOPPED);
    assertThat(scene.record().state).isEqualTo(JOB_STOPPED);
    assertThat(state(scene.retry())).as("planning never began").isEqualTo(JOB_PENDING);
  }

  @Test
  void aPausedJobThatIsRetriedStaysPaused() {
    Scenes poisoned = Scenes.running(3, 3, Scenes.tolerant());
    poisoned.poison(1);
    poisoned.pause();
    assertThat(state(poisoned.retry())).isEqualTo(JOB_PAUSED);
    assertThat(poisoned.record().state).isEqualTo(JOB_PAUSED);
    assertThat(poisoned.record().quarantined).isZero();
  }

  @Test
  void aPublicationThatFailedIsRetriedAsSuch() {
    scene.job = cluster.submit(NIGHTLY);
    worker.plans(1);
    worker.says(TestWorker.completed(worker.lease()));
    worker.says(TestWorker.failed(worker.lease(), Failed.Kind.PERMANENT));
    assertThat(state(scene.retry())).isEqualTo(JOB_PUBLISHING);
    assertThat(scene.record().state).isEqualTo(JOB_PUBLISHING);
  }

  @Test
  void recoveriesAreRememberedAcrossARestartOfTheCoordinator() {
    scene.job = cluster.submit(NIGHTLY);
    worker.plans(1);
    worker.restarted();
    assertThat(cluster.describe(scene.job).getRecoveriesList()).hasSize(1);
    var before = cluster.describe(scene.job).getRecoveriesList();
    cluster.crash(true);
    assertThat(cluster.describe(scene.job).getRecoveriesList()).isEqualTo(before);
  }
}
