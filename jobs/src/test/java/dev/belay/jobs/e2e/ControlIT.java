package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.WorkerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People take jobs and workers in hand, with the real command and real processes. */
class ControlIT {
  private static final int PARTITIONS = 4;

  @TempDir Path directory;
  private Cluster cluster;
  private int commands;

  @BeforeEach
  void start() throws IOException {
    cluster = new Cluster(directory);
    for (String worker : List.of("w1", "w2")) {
      cluster.worker(worker, 4);
    }
    for (String worker : List.of("w1", "w2")) {
      cluster.awaitWorker(worker, WorkerState.LIVE);
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void belay(String... words) throws IOException, InterruptedException {
    String log = "command" + ++commands;
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--coordinator";
    all[words.length + 1] = cluster.address();
    Process process = cluster.processes.start(log, all);
    assertThat(process.waitFor(Cluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as("%s: %s%n%s", List.of(words), cluster.processes.logText(log), cluster.allLogs())
        .isZero();
  }

  private static void assertNothingRuns(JobDescription job) {
    assertThat(job.getSummary().getRunning()).isZero();
    for (PartitionDescription partition : job.getPartitionsList()) {
      assertThat(partition.getWorker()).isEmpty();
      assertThat(partition.getCheckpoint().getProgress().getDone()).isEqualTo(GatedJob.STEPS / 2);
    }
  }

  @Test
  void aPausedJobRunsNowhereAndGoesOnFromItsCheckpoints() throws Exception {
    String job = cluster.submitGated(PARTITIONS);
    cluster.awaitAtGate(job, PARTITIONS);

    belay("pause", job, "--wait");

    JobDescription paused = cluster.describe(job);
    assertThat(paused.getSummary().getState()).isEqualTo(JobState.JOB_PAUSED);
    assertThat(paused.getPartitionsList())
        .allMatch(one -> one.getState() == PartitionState.PARTITION_PAUSED);
    assertNothingRuns(paused);
    cluster.restartCoordinator();
    cluster.awaitWorker("w1", WorkerState.LIVE);
    assertThat(cluster.describe(job).getSummary().getState()).isEqualTo(JobState.JOB_PAUSED);
    belay("resume", job);
    cluster.awaitAtGate(job, PARTITIONS);
    cluster.finish(job, PARTITIONS);
  }

  @Test
  void aDrainedWorkerLeavesInOrderAndItsPartitionsGoOnElsewhere() throws Exception {
    String job = cluster.submitGated(PARTITIONS);
    cluster.awaitAtGate(job, PARTITIONS);

    belay("drain", "w1", "--wait");

    Process left = cluster.process("w1");
    assertThat(left.waitFor(Cluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(left.exitValue()).isZero();
    JobDescription ended = cluster.finish(job, PARTITIONS);
    assertThat(ended.getPartitionsList())
        .allMatch(one -> one.getErrorBytes().isEmpty(), "no error was counted");
  }

  @Test
  void aStoppedJobIsTakenUpAgainAndTheResultIsExact() throws Exception {
    String job = cluster.submitGated(PARTITIONS);
    cluster.awaitAtGate(job, PARTITIONS);

    belay("stop", job, "--wait");

    JobDescription stopped = cluster.describe(job);
    assertThat(stopped.getSummary().getState()).isEqualTo(JobState.JOB_STOPPED);
    assertNothingRuns(stopped);
    belay("retry", job);
    cluster.finish(job, PARTITIONS);
  }
}
