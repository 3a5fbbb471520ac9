package dev.belay.coordinator.core;

import static dev.belay.runtime.proto.JobState.JOB_FAILED;
import static dev.belay.runtime.proto.JobState.JOB_PUBLISHING;
import static dev.belay.runtime.proto.JobState.JOB_RUNNING;
import static dev.belay.runtime.proto.JobState.JOB_SUCCEEDED;
import static dev.belay.runtime.proto.PartitionState.PARTITION_QUARANTINED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.CauseCount;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.PartitionDescription;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Partitions that fail whatever is tried. */
class PoisonTest {
  @Test
  void aJobFailsWithThePartitionsErrorUnlessItIsToGoOn() {
    Scenes scene = Scenes.running(3, 2, TestCluster.spec());
    scene.poison(1);
    assertThat(scene.record().state).isEqualTo(JOB_FAILED);
    assertThat(scene.record().error)
        .isEqualTo(
            "partition 1 failed 5 times without progress, the last time on worker a: no luck; it"
                + " covers Covered[from=1000, to=2000], which cannot be cut in two: too little is"
                + " left");
    assertThat(scene.cluster.partition(scene.job, 1).state).isEqualTo(PARTITION_QUARANTINED);
  }

  @Test
  void aJobThatGoesOnPublishesWithoutItAndSaysSo() {
    Scenes scene = Scenes.running(3, 3, Scenes.tolerant());
    scene.worker.says(TestWorker.completed(scene.worker.partition(0)));
    scene.poison(1);
    assertThat(scene.record().state).isEqualTo(JOB_RUNNING);
    scene.worker.says(TestWorker.completed(scene.worker.partition(2)));
    assertThat(scene.record().state).isEqualTo(JOB_PUBLISHING);
    Lease lease = scene.worker.lease();
    ListCompletionsReply offered =
        (ListCompletionsReply)
            Objects.requireNonNull(
                scene.cluster.ask(
                    scene
                        .cluster
                        .command()
                        .setListCompletions(
                            ListCompletionsRequest.newBuilder().setLease(lease).setLimit(10))));
    assertThat(offered.getCompletionsList())
        .extracting(one -> one.getIndex())
        .containsExactly(0, 2);
    scene.worker.says(TestWorker.prepared(lease, TestWorker.manifest("/out/1")));
    scene.worker.says(TestWorker.published(lease));
    assertThat(scene.record().state).isEqualTo(JOB_SUCCEEDED);
    assertThat(scene.cluster.describe(scene.job).getSummary().getQuarantined()).isEqualTo(1);

    assertThat(scene.retry()).as("others may have read its output").isNull();
    assertThat(scene.refusal())
        .isEqualTo(
            "job-1 has succeeded without 1 of its partitions and is published:"
                + " 'belay restart --from-scratch' does all of it again");
    assertThat(scene.cluster.deletions)
        .as("so nobody will ask for its checkpoints")
        .anyMatch(Effect.Delete::all);
  }

  @Test
  void untilItsOutputIsPublishedARetryBringsItBackWithItsCheckpoint() {
    Scenes scene = Scenes.running(3, 3, Scenes.tolerant());
    scene.worker.says(scene.worker.checkpoint(scene.worker.partition(1)));
    scene.poison(1);
    assertThat(scene.retry()).isNotNull();
    assertThat(scene.worker.assignment(scene.worker.partition(1)).getCheckpointsList()).hasSize(1);
  }

  @Test
  void withoutASinglePartitionThereIsNothingToGoOnWith() {
    Scenes scene = Scenes.running(2, 1, Scenes.tolerant());
    scene.poison(0);
    assertThat(scene.record().state).isEqualTo(JOB_FAILED);
  }

  @Test
  void retryTakesItOutOfQuarantineEvenWhileOthersPublish() {
    Scenes scene = Scenes.running(3, 2, Scenes.tolerant());
    scene.worker.says(TestWorker.completed(scene.worker.partition(0)));
    scene.poison(1);
    Lease publishing = scene.worker.lease();
    scene.retry();
    assertThat(scene.record().state).isEqualTo(JOB_RUNNING);
    assertThat(scene.worker.says(TestWorker.prepared(publishing, TestWorker.manifest("/out/1"))))
        .as("its list lacks a partition that waits again")
        .isEqualTo(Verdict.REFUSED);
    assertThat(scene.worker.says(TestWorker.completed(scene.worker.partition(1))))
        .isEqualTo(Verdict.OK);
    assertThat(scene.record().state).isEqualTo(JOB_PUBLISHING);
    assertThat(scene.record().quarantined).isZero();
  }

  @Test
  void whatItSaidLastIsShown() {
    Scenes scene = Scenes.running(2, 2, Scenes.tolerant());
    for (int i = 0; i < 5; i++) {
      Failed failed =
          Failed.newBuilder()
              .setKind(i == 0 ? Failed.Kind.STUCK : Failed.Kind.APPLICATION)
              .setMessage("no luck")
              .setDetail("at Some.code")
              .addAllLog(IntStream.range(0, 80).mapToObj(line -> "line " + line).toList())
              .build();
      scene.worker.says(
          dev.belay.runtime.proto.Report.newBuilder()
              .setLease(scene.worker.partition(1))
              .setFailed(failed));
      scene.passes(i < 4 ? 20_000 : 0);
    }
    scene.worker.says(scene.worker.indivisible(scene.worker.partition(1)));
    PartitionDescription partition = scene.cluster.describe(scene.job).getPartitions(1);
    assertThat(partition.getState()).isEqualTo(PARTITION_QUARANTINED);
    assertThat(partition.getDetail()).isEqualTo("at Some.code");
    assertThat(partition.getLogList()).hasSize(50).endsWith("line 79");
    assertThat(partition.getEndingsList())
        .containsExactly(count(Cause.APPLICATION_ERROR, 5), count(Cause.STUCK, 1));
  }

  private static CauseCount count(Cause cause, int count) {
    return CauseCount.newBuilder().setCause(cause).setCount(count).build();
  }

  @Test
  void aPartitionThatKillsItsWorkersIsQuarantinedAfterFive() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    TestWorker worker = scene.worker;
    for (int i = 0; i < 4; i++) {
      worker = worker.restarted();
      assertThat(worker.holds).hasSize(1);
    }
    assertThat(scene.record().state).isEqualTo(JOB_RUNNING);
    worker = worker.restarted();
    worker.says(worker.indivisible(worker.lease()));
    assertThat(worker.holds).isEmpty();
    assertThat(scene.record().state).isEqualTo(JOB_FAILED);
    assertThat(scene.record().error).startsWith("partition 0 lost 5 workers without progress");
  }

  @Test
  void progressForgivesLosses() {
    Scenes scene = Scenes.running(1, 1, TestCluster.spec());
    TestWorker worker = scene.worker;
    for (int i = 0; i < 12; i++) {
      worker = worker.restarted();
      if (i % 3 == 0) {
        worker.says(worker.checkpoint(worker.lease()));
      }
    }
    assertThat(scene.record().state).isEqualTo(JOB_RUNNING);
    assertThat(scene.cluster.describe(scene.job).getPartitions(0).getEndingsList())
        .containsExactly(count(Cause.WORKER_RESTARTED, 12));
  }

  @Test
  void planningIsLostAsOftenAsItTakes() {
    Scenes scene = new Scenes(1);
    scene.cluster.submit(TestCluster.spec());
    TestWorker worker = scene.worker;
    for (int i = 0; i < 8; i++) {
      worker = worker.restarted();
    }
    assertThat(worker.holds).hasSize(1);
  }
}
