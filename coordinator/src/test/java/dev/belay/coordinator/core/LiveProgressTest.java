package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskProgress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far a partition has come, as people are told. */
class LiveProgressTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private String job = "";

  @BeforeEach
  void onePartition() {
    job = cluster.submit(TestCluster.spec());
    a.plans(1);
  }

  private void beat(Lease lease, long done, String trouble) {
    TaskProgress.Builder progress = TaskProgress.newBuilder().setLease(lease).setTrouble(trouble);
    if (done >= 0) {
      progress.setProgress(Progress.newBuilder().setDone(done).setTotal(100));
    }
    cluster.deliver(
        a.stream,
        FromWorker.newBuilder()
            .setHeartbeat(Heartbeat.newBuilder().setNumber(1_000).addProgress(progress))
            .build());
  }

  private PartitionDescription shown() {
    return cluster.describe(job).getPartitions(0);
  }

  @Test
  void theLatestHeartbeatIsNewerThanTheLatestCheckpoint() {
    Lease lease = a.lease();
    Report.Builder checkpoint = a.checkpoint(lease);
    checkpoint.getCheckpointBuilder().setProgress(Progress.newBuilder().setDone(10).setTotal(100));
    a.says(checkpoint);
    assertThat(shown().getProgress().getDone()).isEqualTo(10);
    beat(lease, 25, "");
    assertThat(shown().getProgress().getDone()).isEqualTo(25);
    beat(lease, -1, "");
    assertThat(shown().getProgress().getDone()).as("a heartbeat that does not say").isEqualTo(10);
  }

  @Test
  void whoStillReadsTheCheckpointIsAsFarAsThat() {
    Report.Builder checkpoint = a.checkpoint(a.lease());
    checkpoint.getCheckpointBuilder().setProgress(Progress.newBuilder().setDone(40).setTotal(100));
    a.says(checkpoint);
    a.says(TestWorker.released(a.lease()));
    beat(a.lease(), 0, "");
    assertThat(shown().getProgress().getDone()).isEqualTo(40);
    Progress whole = cluster.describe(job).getSummary().getProgress();
    assertThat(whole.getDone() * 100).isEqualTo(whole.getTotal() * 40);
    a.says(TestWorker.started(a.lease(), 0));
    beat(a.lease(), 0, "");
    assertThat(shown().getProgress().getDone()).as("it begins anew").isZero();
  }

  @Test
  void whatTheHolderBeforeSaidIsForgottenWithItsLease() {
    Lease old = a.lease();
    beat(old, 25, "store unavailable");
    assertThat(shown().getError()).isEqualTo("store unavailable");
    a.says(TestWorker.released(old));
    assertThat(shown().getProgress().getDone()).isZero();
    assertThat(shown().getError()).as("why it ended").doesNotContain("store");
    beat(a.lease(), 3, "");
    assertThat(shown().getProgress().getDone()).isEqualTo(3);
  }

  @Test
  void whatIsRunningIsNotForgottenWithTime() {
    Lease lease = a.lease();
    beat(lease, 25, "slow");
    for (int i = 0; i < 100; i++) {
      cluster.pass(500);
      a.beat();
    }
    assertThat(shown().getProgress().getDone()).isEqualTo(25);
    assertThat(shown().getError()).isEqualTo("slow");
  }

  @Test
  void howFarAJobHasComeIsKnownAfterARestart() {
    Report.Builder checkpoint = a.checkpoint(a.lease());
    checkpoint.getCheckpointBuilder().setProgress(Progress.newBuilder().setDone(40).setTotal(100));
    a.says(checkpoint);
    for (boolean snapshot : new boolean[] {true, false}) {
      cluster.crash(snapshot);
      Progress whole = cluster.describe(job).getSummary().getProgress();
      assertThat(whole.getDone() * 100).isEqualTo(whole.getTotal() * 40);
    }
  }

  @Test
  void aCheckpointThatIsLostTakesItsProgressWithIt() {
    for (int i = 1; i <= 2; i++) {
      Report.Builder checkpoint = a.checkpoint(a.lease());
      checkpoint
          .getCheckpointBuilder()
          .setProgress(Progress.newBuilder().setDone(20L * i).setTotal(100));
      a.says(checkpoint);
    }
    a.says(TestWorker.unusable(a.lease(), 2));
    Progress whole = cluster.describe(job).getSummary().getProgress();
    assertThat(whole.getDone() * 100).isEqualTo(whole.getTotal() * 20);
  }
}
