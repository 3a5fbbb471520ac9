package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.FoundGeneration;
import dev.belay.runtime.proto.GenerationFounded;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationsTest {
  @Test
  void allLeasesEndAndPartitionsGoOnFromTheirCheckpointsUnderTheNewGeneration() {
    Scenes scene = Scenes.running(2, 2, TestCluster.spec());
    Lease before = scene.worker.partition(0);
    scene.worker.says(scene.worker.checkpoint(before));

    scene.cluster.recoverElsewhere(0);

    assertThat(scene.cluster.core.state().holdings.incarnations()).isEmpty();
    TestWorker elsewhere = TestWorker.joined(scene.cluster, "b", 2);
    Lease after = elsewhere.partition(0);
    assertThat(after.getEpoch().getGeneration()).isEqualTo(2);
    assertThat(elsewhere.assignment(after).getCheckpointsList()).hasSize(1);
    TaskRecord task = scene.cluster.partition(scene.job, 0);
    assertThat(CauseCounts.of(task.endings, Cause.REGION_LOST)).isEqualTo(1);
    assertThat(task.lossesWithoutProgress).as("no fault of the task's").isZero();
    assertThat(elsewhere.says(elsewhere.checkpoint(after))).isEqualTo(Verdict.OK);
    assertThat(scene.cluster.partition(scene.job, 0).checkpoints.get(0).getObject().getKey())
        .as("a name that no object of the old generation can have")
        .contains("/p0/2-");
  }

  @Test
  void whatCameAfterTheMirrorsLastPieceIsRefusedAndMakesNobodyAStranger() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    Lease old = scene.worker.partition(0);
    Report.Builder late = scene.worker.checkpoint(old);
    // Neither the lease nor even the plan was mirrored.
    scene.cluster.recoverElsewhere(1);
    assertThat(scene.cluster.job(scene.job).partitions).isEmpty();

    scene.worker.join();

    assertThat(scene.worker.rejected).isNull();
    assertThat(scene.worker.holds.keySet()).allMatch(l -> l.getEpoch().getGeneration() == 2);
    assertThat(scene.worker.says(late)).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void aLateCheckpointOfTheOldGenerationReleasesNothingOfTheNew() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    Lease old = scene.worker.partition(0);
    scene.cluster.recoverElsewhere(0);
    TestWorker elsewhere = TestWorker.joined(scene.cluster, "b", 1);
    Lease now = elsewhere.partition(0);
    scene.worker.join();
    int before = scene.cluster.deletions.size();

    // Under the old lease, and called as an object of the new one.
    Lease counterfeit =
        old.toBuilder()
            .setEpoch(old.getEpoch().toBuilder().setCounter(now.getEpoch().getCounter()))
            .build();
    assertThat(scene.worker.says(elsewhere.checkpoint(now).setLease(counterfeit)))
        .isEqualTo(Verdict.REFUSED);
    assertThat(scene.cluster.deletions).hasSize(before);
  }

  @Test
  void aLeaseOfAHigherGenerationShowsThatThisJournalIsTheOldOne() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    Lease held = scene.worker.partition(0);
    Lease newer = held.toBuilder().setEpoch(held.getEpoch().toBuilder().setGeneration(2)).build();
    scene.worker.breaks();
    scene.worker.holds.put(newer, scene.worker.assignment(held));
    scene.worker.join();
    assertThat(scene.worker.rejected).isNotNull();
  }

  @Test
  void aSecondAttemptEndsToo() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    TestWorker other = TestWorker.joined(scene.cluster, "b", 1);
    scene.cluster.speculate(requireNonNull(scene.cluster.partition(scene.job, 0).hold));
    other.says(other.checkpoint(other.lease()));

    scene.cluster.recoverElsewhere(0);

    TestWorker elsewhere = TestWorker.joined(scene.cluster, "c", 1);
    assertThat(elsewhere.says(elsewhere.completes(elsewhere.lease()))).isEqualTo(Verdict.OK);
    elsewhere.says(TestWorker.prepared(elsewhere.lease(), TestWorker.manifest("/out/1")));
    elsewhere.says(TestWorker.published(elsewhere.lease()));
    assertThat(scene.cluster.job(scene.job).state).isEqualTo(JobState.JOB_SUCCEEDED);
  }

  @Test
  void aGenerationIsFoundedOnceAndNeverWhileAnythingIsLeased() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    Event next =
        Event.newBuilder()
            .setGenerationFounded(GenerationFounded.newBuilder().setEpochGeneration(2))
            .build();
    assertThatThrownBy(() -> scene.cluster.core.apply(next))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("leased");

    scene.cluster.recoverElsewhere(0);
    List<Event> again =
        scene.cluster.batch(
            scene
                .cluster
                .command()
                .setFoundGeneration(FoundGeneration.newBuilder().setEpochGeneration(2))
                .build());
    assertThat(again).isEmpty();
    assertThatThrownBy(() -> scene.cluster.core.apply(next)).hasMessageContaining("generation 2");
  }
}
