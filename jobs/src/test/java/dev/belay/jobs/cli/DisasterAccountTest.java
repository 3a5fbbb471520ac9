package dev.belay.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.DisasterAccount.Loss;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.MirrorStatus;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Recovery;
import org.junit.jupiter.api.Test;

/** When the region is killed, and what the demonstration says that cost. */
class DisasterAccountTest {
  private static final MirrorStatus UP_TO_DATE =
      MirrorStatus.newBuilder()
          .setState(MirrorStatus.State.UP_TO_DATE)
          .setMillisBehind(700)
          .setRecordsBehind(3)
          .build();

  private final DisasterAccount account = new DisasterAccount();

  /** Two partitions that run, and one that is done. */
  private static JobDescription job(long share, long firstSequence, long secondSequence) {
    return JobDescription.newBuilder()
        .setSummary(
            JobSummary.newBuilder()
                .setState(JobState.JOB_RUNNING)
                .setSubmittedMillis(1_000)
                .setProgress(Progress.newBuilder().setDone(share).setTotal(100)))
        .addPartitions(partition(0, firstSequence))
        .addPartitions(partition(1, secondSequence))
        .addPartitions(
            PartitionDescription.newBuilder()
                .setIndex(2)
                .setState(PartitionState.PARTITION_SUCCEEDED))
        .build();
  }

  /** Checkpoint n was made at n seconds. */
  private static PartitionDescription partition(int index, long sequence) {
    PartitionDescription.Builder partition =
        PartitionDescription.newBuilder()
            .setIndex(index)
            .setState(PartitionState.PARTITION_RUNNING);
    if (sequence > 0) {
      partition.setCheckpoint(
          Checkpoint.newBuilder().setSequence(sequence).setCreatedMillis(sequence * 1_000));
    }
    return partition.build();
  }

  private static Recovery recovery(int partition, long from) {
    Recovery.Builder recovery =
        Recovery.newBuilder()
            .setPartition(partition)
            .setCause(Cause.REGION_LOST)
            .setRestoredMillis(100);
    return from == 0 ? recovery.build() : recovery.setResumedFromSequence(from).build();
  }

  @Test
  void nothingIsKilledBeforeThereIsSomethingToRecover() {
    assertThat(account.due(job(49, 5, 5), UP_TO_DATE)).isFalse();
    assertThat(account.due(job(50, 5, 0), UP_TO_DATE)).isFalse();
    assertThat(
            account.due(
                job(50, 5, 5),
                UP_TO_DATE.toBuilder().setState(MirrorStatus.State.CATCHING_UP).build()))
        .isFalse();
    assertThat(account.due(job(50, 5, 5), UP_TO_DATE)).isTrue();
  }

  @Test
  void whatIsLostCountsFromTheCheckpointThatWasMirrored() {
    account.look(job(40, 7, 8));
    account.look(job(45, 8, 9));
    account.look(job(50, 9, 9));
    account.killed(job(50, 9, 9), UP_TO_DATE, 9_600);

    JobDescription after =
        job(55, 10, 10).toBuilder()
            .addRecoveries(recovery(1, 9))
            .addRecoveries(recovery(0, 7))
            .build();
    assertThat(account.losses(after))
        .containsExactly(new Loss(0, 7, 2, 2_600), new Loss(1, 9, 0, 600));
    assertThat(account.recovered(after, 12_100)).isTrue();
    assertThat(account.recovered(after, 99_000)).isTrue();
    assertThat(String.join("\n", account.lines(after, "all of it", java.util.List.of(), "fine")))
        .contains("at 50 % of the job")
        .contains("700 ms behind: 3 records")
        .contains("2.5 s after the kill: partitions 0, 1")
        .contains("2 checkpoints, so at most the last 2.6 s")
        .contains("fine");
  }

  @Test
  void whatBeganAnewLostAllOfIt() {
    account.look(job(50, 9, 9));
    account.killed(job(50, 9, 9), UP_TO_DATE, 9_600);
    JobDescription after = job(5, 1, 1).toBuilder().addRecoveries(recovery(0, 0)).build();
    assertThat(account.losses(after)).containsExactly(new Loss(0, 0, 1, 8_600));
    assertThat(account.recovered(after, 12_100)).as("not all of it").isFalse();
    assertThat(String.join("\n", account.lines(after, "all", java.util.List.of(), "none")))
        .contains("not all that was running");
  }
}
