package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.StoredObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of the objects that lie in the store is nobody's, and what is left alone. */
class OrphansTest {
  private final Scenes scene = Scenes.running(2, 2, TestCluster.spec());
  private final TestWorker worker = scene.worker;

  private Collected collect(boolean dryRun, String... keys) {
    Collect.Builder collect = Collect.newBuilder().setDryRun(dryRun);
    for (String key : keys) {
      collect.addObjects(StoredObject.newBuilder().setKey(key).setLength(10));
    }
    return (Collected)
        requireNonNull(scene.cluster.ask(scene.cluster.command().setCollect(collect)));
  }

  private boolean isGarbage(String key) {
    return collect(true, key).getJobsCount() > 0;
  }

  private List<String> abandoned(String... keys) {
    return ((Collected)
            requireNonNull(
                scene.cluster.ask(
                    scene
                        .cluster
                        .command()
                        .setCollect(Collect.newBuilder().addAllUnfinished(List.of(keys))))))
        .getAbandonList();
  }

  /** Under epoch 1, 2, ... of partition 0: begins, fails, and begins anew. */
  private void nextLease() {
    worker.says(TestWorker.failed(worker.partition(0), Failed.Kind.APPLICATION));
    scene.passes(20_000);
    worker.says(TestWorker.started(worker.partition(0), 0));
  }

  @Test
  void whatNoCheckpointNamesOfALeaseThatIsOverIsGarbage() {
    nextLease();
    Collected found = collect(false, "c1/job-1/p0/1-1-1-7.ckpt", "c1/job-1/p0/1-1-s3-1.seg");
    assertThat(found.getJobs(0).getJobId()).isEqualTo("job-1");
    assertThat(found.getJobs(0).getObjects()).isEqualTo(2);
    assertThat(found.getJobs(0).getBytes()).isEqualTo(20);
    assertThat(scene.cluster.deletions)
        .last()
        .satisfies(
            deletion ->
                assertThat(deletion.keys())
                    .containsExactly("c1/job-1/p0/1-1-1-7.ckpt", "c1/job-1/p0/1-1-s3-1.seg"));
  }

  @Test
  void aDryRunReleasesNothing() {
    nextLease();
    int written = scene.cluster.journal.size();
    assertThat(collect(true, "c1/job-1/p0/1-1-1-7.ckpt").getJobs(0).getObjects()).isEqualTo(1);
    assertThat(scene.cluster.journal).hasSize(written);
  }

  @Test
  void whatALiveLeaseHasStoredIsLeftAlone() {
    worker.says(TestWorker.started(worker.partition(0), 0));
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).isFalse();
    assertThat(abandoned("c1/job-1/p0/1-1-1-1.ckpt")).isEmpty();
  }

  @Test
  void triesAtACheckpointOfWhichAnotherOneCountedAreGarbageAtOnce() {
    worker.says(worker.checkpoint(worker.partition(0)));
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).as("the one that counts").isFalse();
    assertThat(isGarbage("c1/job-1/p0/1-1-1-2.ckpt")).as("another try at it").isTrue();
    assertThat(isGarbage("c1/job-1/p0/1-1-2-1.ckpt")).as("the next one").isFalse();
    assertThat(isGarbage("c1/job-1/p0/1-1-s1-1.seg")).as("output to come").isFalse();
  }

  @Test
  void whatASecondLeaseNeededThatWasOnlyGivenUpIsLeftAlone() {
    TestWorker other = TestWorker.joined(scene.cluster, "b", 2);
    worker.says(worker.checkpoint(worker.partition(0)));
    scene.cluster.speculate(requireNonNull(scene.cluster.partition(scene.job, 0).hold));
    for (int i = 0; i < 3; i++) {
      other.says(other.checkpoint(other.partition(0)));
    }
    scene.cluster.batch(worker.breaking(), other.breaking());
    scene.cluster.pass(20_000);
    int deletions = scene.cluster.deletions.size();
    for (int sequence = 2; sequence <= 4; sequence++) {
      assertThat(isGarbage("c1/job-1/p0/1-2-" + sequence + "-1.ckpt")).isFalse();
    }
    assertThat(scene.cluster.deletions)
        .as("nobody works for it, so it may be an old copy")
        .hasSize(deletions);
  }

  @Test
  void aLeaseThatWasOnlyGivenUpMayBeAliveElsewhere() {
    worker.says(TestWorker.started(worker.partition(0), 0));
    worker.breaks();
    scene.cluster.pass(20_000);
    assertThat(scene.cluster.partition(scene.job, 0).leased()).isFalse();
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt"))
        .as("an old copy of the journal would say the same of a lease that is alive")
        .isFalse();
    TestWorker other = TestWorker.joined(scene.cluster, "b", 2);
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).as("nobody has begun anew yet").isFalse();
    other.says(TestWorker.started(other.partition(0), 0));
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).isTrue();
  }

  @Test
  void whatCheckpointsNameIsNoGarbage() {
    Report.Builder first = worker.checkpoint(worker.partition(0));
    first
        .getCheckpointBuilder()
        .addSegments(
            Segment.newBuilder()
                .setObject(ObjectRef.newBuilder().setKey("c1/job-1/p0/1-1-s1-1.seg")));
    Checkpoint checkpoint = first.getCheckpoint();
    worker.says(first);
    nextLease();
    assertThat(isGarbage(checkpoint.getObject().getKey())).isFalse();
    assertThat(isGarbage("c1/job-1/p0/1-1-s1-1.seg")).isFalse();
    assertThat(isGarbage("c1/job-1/p0/1-1-1-2.ckpt")).as("a try before it").isTrue();
  }

  @Test
  void theOutputOfWhatIsDoneIsKeptAndTheRestOfItIsGarbage() {
    Lease lease = worker.partition(0);
    worker.says(
        Report.newBuilder()
            .setLease(lease)
            .setCompleted(
                Completed.newBuilder()
                    .addSegments(
                        Segment.newBuilder()
                            .setObject(
                                ObjectRef.newBuilder().setKey("c1/job-1/p0/1-1-s2-1.seg")))));
    assertThat(isGarbage("c1/job-1/p0/1-1-s2-1.seg")).isFalse();
    assertThat(isGarbage("c1/job-1/p0/1-1-s1-1.seg")).isTrue();
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).isTrue();
  }

  @Test
  void whatIsUnusableIsNoGarbage() {
    worker.says(worker.checkpoint(worker.partition(0)));
    worker.says(TestWorker.unusable(worker.partition(0), 1));
    nextLease();
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).isFalse();
  }

  @Test
  void ofTwoLeasesEachKeepsItsOwn() {
    Lease first = worker.partition(0);
    worker.says(TestWorker.started(first, 0));
    TestWorker other = TestWorker.joined(scene.cluster, "b", 2);
    scene.cluster.speculate(requireNonNull(scene.cluster.partition(scene.job, 0).hold));
    other.says(TestWorker.started(other.partition(0), 0));
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).as("of the first").isFalse();
    assertThat(isGarbage("c1/job-1/p0/1-2-1-1.ckpt")).as("of the second").isFalse();
    other.says(other.completes(other.partition(0)));
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).as("the second has won").isTrue();
  }

  @Test
  void thePlanIsKeptAndOtherTriesAtItAreGarbage() {
    assertThat(isGarbage("c1/job-1/plan/1")).as("under a name that no worker gives").isFalse();
    assertThat(isGarbage("c1/job-1/plan/1-1-1.plan")).isTrue();
  }

  @Test
  void whatTheJournalKnowsNothingOfIsLeftAlone() {
    nextLease();
    for (String key :
        List.of(
            "c2/job-1/p0/1-1-1-1.ckpt",
            "c1/job-9/p0/1-1-1-1.ckpt",
            "c1/job-1/p9/1-1-1-1.ckpt",
            "c1/job-1/p0/1-9-1-1.ckpt",
            "c1/job-1/p0/2-1-1-1.ckpt",
            "c1/job-1/p0/1-0-1-1.ckpt",
            "c1/job-1/p0/99999999999-1-1-1.ckpt",
            "c1/job-1/notes",
            "c1/job-1",
            "c1",
            "")) {
      assertThat(isGarbage(key)).as(key).isFalse();
      assertThat(abandoned(key)).as(key).isEmpty();
    }
  }

  @Test
  void allThatIsLeftOfAJobThatWasRemovedIsGarbage() {
    scene.cluster.cancel(scene.job);
    scene.restart("again");
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).isTrue();
    assertThat(isGarbage("c1/job-1/anything")).isTrue();
    int deletions = scene.cluster.deletions.size();
    collect(false, "c1/job-1/anything");
    assertThat(scene.cluster.deletions).as("it is on its way out already").hasSize(deletions);
    GoldenLife.deleted(scene.cluster);
    collect(false, "c1/job-1/anything", "c1/job-1/p0/1-1-1-1.ckpt");
    assertThat(scene.cluster.deletions).hasSize(deletions + 1).last().matches(Effect.Delete::all);
  }

  @Test
  void whatIsReleasedAlreadyIsCountedAndNotReleasedAgain() {
    nextLease();
    collect(false, "c1/job-1/p0/1-1-1-7.ckpt");
    int written = scene.cluster.journal.size();
    assertThat(collect(false, "c1/job-1/p0/1-1-1-7.ckpt").getJobs(0).getObjects()).isEqualTo(1);
    assertThat(scene.cluster.journal).hasSize(written);
  }

  @Test
  void uploadsThatNobodyWillFinishAreAbandoned() {
    nextLease();
    assertThat(abandoned("c1/job-1/p0/1-1-1-7.ckpt", "c1/job-1/p0/1-2-1-1.ckpt"))
        .containsExactly("c1/job-1/p0/1-1-1-7.ckpt");
  }

  @Test
  void anEpochOfAGenerationBeforeIsOver() {
    scene.cluster.recoverElsewhere(0);
    assertThat(isGarbage("c1/job-1/p0/1-1-1-1.ckpt")).isTrue();
    assertThat(isGarbage("c1/job-1/p0/1-99-1-1.ckpt")).as("one that was never journaled").isTrue();
  }
}
