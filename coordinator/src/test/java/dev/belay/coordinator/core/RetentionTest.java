package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.RetryJobRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many checkpoints are kept while a job runs, and how long after it has ended. */
class RetentionTest {
  private static final long DAY = 24 * 3_600_000L;

  private static Scenes running(JobSpec.Builder spec) {
    return Scenes.running(1, 1, spec.build());
  }

  private static JobSpec.Builder spec() {
    return TestCluster.spec().toBuilder();
  }

  private static void fails(Scenes scene) {
    scene.worker.says(TestWorker.failed(scene.worker.lease(), Failed.Kind.PERMANENT));
  }

  /** Without looking at the clock every 50 ms. */
  private static void days(Scenes scene, double days) {
    scene.cluster.stall((long) (days * DAY));
    scene.cluster.tick();
    scene.worker.beat();
    scene.cluster.tick();
  }

  private static List<Long> kept(Scenes scene) {
    return scene.cluster.partition(scene.job, 0).checkpoints.stream()
        .map(checkpoint -> checkpoint.getSequence())
        .toList();
  }

  @Test
  void asManyAsTheJobWishesAreKeptAndTheOthersReleased() {
    Scenes scene = running(spec().setKeepCheckpoints(2));
    Lease lease = scene.worker.lease();
    for (int i = 0; i < 4; i++) {
      scene.worker.says(scene.worker.checkpoint(lease));
    }
    assertThat(kept(scene)).containsExactly(4L, 3L);
    assertThat(scene.cluster.deletions)
        .extracting(deletion -> deletion.keys().get(0))
        .containsExactly("c1/job-1/p0/1-1-1-1.ckpt", "c1/job-1/p0/1-1-2-1.ckpt");
  }

  @Test
  void oneThatIsFoundUnusablePushesNoGoodOneOut() {
    Scenes scene = running(spec().setKeepCheckpoints(2));
    Lease lease = scene.worker.lease();
    for (int i = 0; i < 3; i++) {
      scene.worker.says(scene.worker.checkpoint(lease));
    }
    scene.worker.says(TestWorker.unusable(lease, 3));
    assertThat(kept(scene)).as("the last good one").containsExactly(2L);
    scene.worker.says(scene.worker.checkpoint(lease));
    assertThat(kept(scene)).as("it is kept beside the new one").containsExactly(4L, 2L);
    scene.worker.says(scene.worker.checkpoint(lease));
    assertThat(scene.cluster.deletions)
        .as("what is unusable stays for people to look at")
        .noneMatch(deletion -> deletion.keys().contains("c1/job-1/p0/1-1-3-1.ckpt"));
  }

  @Test
  void whatIsUnusableIsNamedOnceAndKeptAsLongAsTheJob() {
    Scenes scene = running(spec());
    Lease lease = scene.worker.lease();
    scene.worker.says(scene.worker.checkpoint(lease));
    scene.worker.says(scene.worker.checkpoint(lease));
    scene.worker.says(TestWorker.unusable(lease, 2));
    int written = scene.cluster.journal.size();
    scene.worker.says(TestWorker.unusable(lease, 2));
    assertThat(scene.cluster.journal).as("reported once").hasSize(written);
    assertThat(scene.cluster.describe(scene.job).getPartitions(0).getQuarantinedList())
        .singleElement()
        .satisfies(
            bad -> {
              assertThat(bad.getSequence()).isEqualTo(2);
              assertThat(bad.getKey()).isEqualTo("c1/job-1/p0/1-1-2-1.ckpt");
              assertThat(bad.getMessage()).isEqualTo("CORRUPT: a byte");
            });
    scene.worker.says(scene.worker.completes(lease));
    assertThat(scene.cluster.deletions)
        .as("also when the partition is done")
        .noneMatch(deletion -> deletion.keys().contains("c1/job-1/p0/1-1-2-1.ckpt"));
  }

  @Test
  void aFailedJobIsKeptForSevenDaysAndThenReleased() {
    Scenes scene = running(spec());
    fails(scene);
    days(scene, 6.9);
    assertThat(scene.record().objectsGone).isFalse();
    days(scene, 0.2);
    assertThat(scene.record().objectsGone).isTrue();
    assertThat(scene.cluster.deletions).last().matches(Effect.Delete::all);
  }

  @Test
  void aRetryOfARemovedJobSaysWhenItWasAndWhatCanBeDone() {
    Scenes scene = running(spec().setKeepForMillis(1_000));
    fails(scene);
    days(scene, 1);
    scene.retry();
    assertThat(scene.refusal())
        .isEqualTo(
            "job-1 has failed: its checkpoints were removed at 1970-01-02T00:16:40Z: 'belay restart"
                + " job-1 --from-scratch' does it again");
    assertThat(scene.restart("again")).isNotNull();
  }

  @Test
  void aJobThatGoesOnIsNotReleasedByTheEndItHad() {
    Scenes scene = running(spec());
    fails(scene);
    days(scene, 6);
    assertThat(scene.retry()).isNotNull();
    days(scene, 6);
    assertThat(scene.record().objectsGone).isFalse();
    fails(scene);
    days(scene, 6);
    assertThat(scene.record().objectsGone).as("counted from its last end").isFalse();
    days(scene, 1.1);
    assertThat(scene.record().objectsGone).isTrue();
  }

  @Test
  void theTimeGoesOnWhileTheCoordinatorIsAway() {
    Scenes scene = running(spec());
    fails(scene);
    scene.cluster.crash(true);
    scene.cluster.stall(8 * DAY);
    scene.cluster.tick();
    assertThat(scene.record().objectsGone).as("nobody works for it yet").isFalse();
    scene.worker.join();
    scene.cluster.tick();
    assertThat(scene.record().objectsGone).isTrue();
  }

  @Test
  void aCoordinatorThatNobodyWorksForReleasesNothing() {
    Scenes scene = running(spec());
    fails(scene);
    scene.worker.breaks();
    scene.cluster.stall(30 * DAY);
    scene.cluster.tick();
    assertThat(scene.record().objectsGone)
        .as("it may be an old copy, and the job may go on elsewhere")
        .isFalse();
  }

  private static void succeeds(Scenes scene) {
    TestWorker worker = scene.worker;
    worker.says(worker.checkpoint(worker.lease()));
    worker.says(worker.completes(worker.lease()));
    Lease publishing = worker.lease();
    worker.says(TestWorker.prepared(publishing, TestWorker.manifest("/out/1")));
    worker.says(TestWorker.published(publishing));
    assertThat(scene.record().state).isEqualTo(JobState.JOB_SUCCEEDED);
  }

  @Test
  void ofASuccessNothingIsKept() {
    Scenes scene = running(spec());
    succeeds(scene);
    assertThat(scene.record().objectsGone).isTrue();
  }

  @Test
  void ofASuccessTheNewestCheckpointsAreKeptWhereThatIsAskedFor() {
    Scenes scene = running(spec().setKeepForMillis(2 * DAY));
    succeeds(scene);
    assertThat(scene.record().objectsGone).isFalse();
    assertThat(scene.cluster.deletions)
        .noneMatch(deletion -> deletion.keys().contains("c1/job-1/p0/1-1-1-1.ckpt"));
    days(scene, 2.1);
    assertThat(scene.record().objectsGone).isTrue();
  }

  @Test
  void zeroReleasesAFailedJobAtOnce() {
    Scenes scene = running(spec().setKeepForMillis(0));
    fails(scene);
    scene.cluster.tick();
    assertThat(scene.record().objectsGone).isTrue();
  }

  @Test
  void whatASubmitMayAskForHasLimits() {
    TestCluster cluster = new TestCluster();
    assertThat(cluster.submit(spec().setKeepCheckpoints(20).build())).isEqualTo("job-1");
    assertThat(cluster.submit(spec().setKeepCheckpoints(21).build())).isEmpty();
    assertThat(cluster.submit(spec().setKeepCheckpoints(-1).build())).isEmpty();
    assertThat(cluster.submit(spec().setKeepForMillis(-1).build())).isEmpty();
    assertThat(cluster.submit(spec().setMaxCheckpointAgeMillis(-1).build())).isEmpty();
  }

  @Test
  void aRetryMayAllowOlderCheckpointsAndWorkersAreToldSo() {
    Scenes scene = running(spec().setMaxCheckpointAgeMillis(60_000));
    fails(scene);
    scene.ask(
        scene
            .cluster
            .command()
            .setRetryJob(
                RetryJobRequest.newBuilder().setJob(scene.job).setMaxCheckpointAgeMillis(0)));
    assertThat(scene.worker.assignment(scene.worker.lease()).getSpec().getMaxCheckpointAgeMillis())
        .isZero();
    fails(scene);
    scene.retry();
    assertThat(scene.worker.assignment(scene.worker.lease()).getSpec().getMaxCheckpointAgeMillis())
        .as("until another retry says otherwise")
        .isZero();
  }

  @Test
  void manyJobsAreReleasedSomeAtATime() {
    TestCluster cluster = new TestCluster();
    for (int i = 0; i < 150; i++) {
      cluster.cancel(cluster.submit(spec().setKeepForMillis(0).build()));
    }
    TestWorker.joined(cluster, "a", 1);
    assertThat(expired(cluster)).isEqualTo(100);
    assertThat(expired(cluster)).isEqualTo(50);
  }

  private static long expired(TestCluster cluster) {
    int before = cluster.journal.size();
    cluster.tick();
    return cluster.journal.subList(before, cluster.journal.size()).stream()
        .filter(Event::hasObjectsReleased)
        .count();
  }
}
