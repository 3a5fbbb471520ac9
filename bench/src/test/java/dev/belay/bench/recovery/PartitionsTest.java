package dev.belay.bench.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionsTest {
  private static PartitionDescription.Builder partition(
      int index, String worker, long epoch, PartitionState state) {
    return PartitionDescription.newBuilder()
        .setIndex(index)
        .setWorker(worker)
        .setEpoch(Epoch.newBuilder().setGeneration(1).setCounter(epoch))
        .setState(state)
        .setCheckpoint(Checkpoint.newBuilder().setSequence(1));
  }

  private static Partitions of(PartitionDescription.Builder... partitions) {
    JobDescription.Builder job = JobDescription.newBuilder();
    for (PartitionDescription.Builder partition : partitions) {
      job.addPartitions(partition);
    }
    return new Partitions(job.build());
  }

  private static final PartitionState RUNNING = PartitionState.PARTITION_RUNNING;
  private static final PartitionState RECOVERING = PartitionState.PARTITION_RECOVERING;

  private final Partitions before =
      of(partition(0, "w1", 1, RUNNING), partition(1, "w2", 2, RUNNING));

  @Test
  void whatStillRunsUnderItsOldLeaseHasNotGoneOn() {
    assertThat(before.wentOn(Set.of(0), before)).isFalse();
  }

  @Test
  void whatHasANewLeaseHasGoneOnOnceItRuns() {
    Partitions assigned = of(partition(0, "w2", 3, RECOVERING), partition(1, "w2", 2, RUNNING));
    Partitions started = of(partition(0, "w2", 3, RUNNING), partition(1, "w2", 2, RUNNING));

    assertThat(assigned.wentOn(Set.of(0), before)).isFalse();
    assertThat(started.wentOn(Set.of(0), before)).isTrue();
    assertThat(started.leasedAnew(before)).containsExactly(0);
    assertThat(started.heldBy("w2")).containsExactly(0, 1);
  }

  @Test
  void settledMeansRunningWithACheckpoint() {
    assertThat(before.settled()).isTrue();
    assertThat(of(partition(0, "w1", 1, RUNNING).clearCheckpoint()).settled()).isFalse();
    assertThat(of(partition(0, "w1", 1, RECOVERING)).settled()).isFalse();
    assertThat(of().settled()).isFalse();
  }

  @Test
  void onlyTheLatestRecoveryOfAPartitionCounts() {
    JobDescription job =
        before.job().toBuilder()
            .addRecoveries(recovery(0).setDetectedMillis(900).setRestoredMillis(5))
            .addRecoveries(recovery(0).setDetectedMillis(300).setRestoredMillis(20))
            .addRecoveries(recovery(1).setDetectedMillis(310).setRestoredMillis(10))
            .build();

    Partitions now = new Partitions(job);

    assertThat(now.longest(Set.of(0), Recovery::getDetectedMillis)).hasValue(300);
    assertThat(now.longest(Set.of(0, 1), Recovery::getDetectedMillis)).hasValue(310);
    assertThat(now.longest(Set.of(0, 1), Recovery::getRestoredMillis)).hasValue(20);
    assertThat(now.longest(Set.of(), Recovery::getRestoredMillis)).isEmpty();
  }

  private static Recovery.Builder recovery(int partition) {
    return Recovery.newBuilder().setKind(TaskKind.PARTITION).setPartition(partition);
  }
}
