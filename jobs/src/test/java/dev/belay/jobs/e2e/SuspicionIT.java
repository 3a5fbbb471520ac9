package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that pause, hang, or are about to be taken away, as real processes. */
class SuspicionIT {
  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new Cluster(directory);
    for (String worker : new String[] {"w1", "w2"}) {
      cluster.worker(worker, 2);
    }
    cluster.awaitWorker("w1", WorkerState.LIVE);
    cluster.awaitWorker("w2", WorkerState.LIVE);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private WorkerDescription shown(String name) {
    return cluster
        .client()
        .listWorkers(ListWorkersRequest.getDefaultInstance())
        .getWorkersList()
        .stream()
        .filter(worker -> worker.getId().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatHangsIsReportedTriedElsewhereAndItsSlotGivenUp() {
    JobSpec spec =
        JobSpec.newBuilder()
            .setJob("hanging")
            .setStuckAfterMillis(1_000)
            .addParameters(
                Parameter.newBuilder()
                    .setKey("hung")
                    .setValue(directory.resolve("hung").toString()))
            .build();
    String job =
        cluster
            .client()
            .submit(
                SubmitRequest.newBuilder()
                    .setKey(UUID.randomUUID().toString())
                    .setSpec(spec)
                    .build())
            .getJob();
    JobDescription ended = cluster.awaitEnd(job);
    assertThat(ended.getSummary().getState()).isEqualTo(JobState.JOB_SUCCEEDED);
    assertThat(ended.getRecoveriesList()).hasSize(1);
    String hung = ended.getRecoveries(0).getFromWorker();
    assertThat(ended.getRecoveries(0).getToWorker()).isNotEqualTo(hung);
    Awaitility.await().atMost(Cluster.PATIENCE).until(() -> shown(hung).getLingering() == 1);
    assertThat(cluster.processes.logText(hung)).contains("HangingJob.hang");
  }

  @Test
  void aWorkerWhoseMachineIsTakenAwayHandsEverythingOverAndLeaves() throws Exception {
    Path notice = directory.resolve("notice");
    Process doomed =
        cluster.processes.start(
            "w3",
            "worker",
            "--coordinator",
            cluster.address(),
            "--id",
            "w3",
            "--slots",
            "2",
            "--data",
            directory.resolve("w3").toString(),
            "--preemption-notice",
            notice.toString());
    cluster.awaitWorker("w3", WorkerState.LIVE);
    String job = cluster.submitGated(4);
    JobDescription before = cluster.awaitAtGate(job, 4);
    long held = before.getPartitionsList().stream().filter(p -> p.getWorker().equals("w3")).count();
    assertThat(held).isPositive();
    Files.writeString(notice, "the machine goes at noon");
    assertThat(doomed.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(doomed.exitValue()).as(cluster.processes.logText("w3")).isZero();
    JobDescription ended = cluster.finish(job, 4);
    assertThat(ended.getRecoveriesList())
        .hasSize((int) held)
        .allSatisfy(recovery -> assertThat(recovery.getCause()).isEqualTo(Cause.DRAINED));
  }

  @Test
  void aPauseShorterThanTheTimeoutCostsNothingAndIsShown() throws Exception {
    String job = cluster.submitGated(2);
    JobDescription before = cluster.awaitAtGate(job, 2);
    Processes.signal(cluster.process("w1"), "STOP");
    Awaitility.await().pollDelay(Duration.ofMillis(1_300)).until(() -> true);
    Processes.signal(cluster.process("w1"), "CONT");
    Awaitility.await()
        .atMost(Cluster.PATIENCE)
        .until(() -> shown("w1").getReason().startsWith("paused 1."));
    JobDescription ended = cluster.finish(job, 2);
    assertThat(ended.getRecoveriesList()).as("%s", before).isEmpty();
  }
}
