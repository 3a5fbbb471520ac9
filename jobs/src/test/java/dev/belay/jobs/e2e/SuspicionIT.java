package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.belay.jobs.cli.Main;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.CauseCount;
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
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that pause, hang, or are about to be taken away, as real processes. */
class SuspicionIT {
  private static final int OUT_OF_MEMORY = 4;

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

  /** The only worker is too small for one of two partitions; a larger one comes later. */
  @Test
  void whatRunsOutOfMemorySaysSoAndCostsItsNeighbourNothing() throws Exception {
    for (String worker : List.of("w1", "w2")) {
      cluster.process(worker).destroy();
      assertThat(cluster.process(worker).waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    cluster.workerOn(Main.class.getName(), List.of("-Xmx128m"), "small", 2);
    cluster.awaitWorker("small", WorkerState.LIVE);
    Path gate = directory.resolve("hungry-gate");
    JobSpec spec =
        JobSpec.newBuilder()
            .setJob("hungry")
            .addParameters(Parameter.newBuilder().setKey("gate").setValue(gate.toString()))
            .build();
    String job =
        cluster
            .client()
            .submit(SubmitRequest.newBuilder().setKey("hungry").setSpec(spec).build())
            .getJob();
    assertThat(cluster.process("small").waitFor(60, TimeUnit.SECONDS)).isTrue();
    String said = cluster.processes.logText("small");
    assertThat(cluster.process("small").exitValue()).as(said).isEqualTo(OUT_OF_MEMORY);
    JobDescription left = cluster.describe(job);
    assertThat(left.getPartitions(0).getError())
        .contains("out of memory (Java heap space), with a heap of 12", " MiB", "-Xmx");
    assertThat(left.getPartitions(0).getEndingsList())
        .containsExactly(CauseCount.newBuilder().setCause(Cause.NO_MEMORY).setCount(1).build());
    assertThat(left.getPartitions(1).getEndingsList())
        .containsExactly(CauseCount.newBuilder().setCause(Cause.DRAINED).setCount(1).build());
    assertThat(left.getPartitions(1).getCheckpoint().getSequence()).isPositive();

    Files.createFile(gate);
    cluster.workerOn(Main.class.getName(), List.of("-Xmx768m"), "large", 2);
    JobDescription ended = cluster.awaitEnd(job);
    assertThat(ended.getSummary().getState()).isEqualTo(JobState.JOB_SUCCEEDED);
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
    long begin = System.nanoTime();
    Processes.signal(cluster.process("w1"), "STOP");
    Awaitility.await().pollDelay(Duration.ofMillis(1_300)).until(() -> true);
    Processes.signal(cluster.process("w1"), "CONT");
    long millis = (System.nanoTime() - begin) / 1_000_000;
    Awaitility.await()
        .atMost(Cluster.PATIENCE)
        .until(() -> shown("w1").getReason().startsWith("paused "));
    JobDescription ended = cluster.finish(job, 2);
    assumeThat(millis).as("this machine stood still itself").isLessThan(1_900);
    assertThat(ended.getRecoveriesList()).as("%s", before).isEmpty();
  }
}
