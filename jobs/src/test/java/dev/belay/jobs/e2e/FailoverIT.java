package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What must hold when processes die: real ones, killed for real. Every test ends with the exact
 * result; what differs is who went away, how, and what must not have been touched.
 */
class FailoverIT {
  private static final int PARTITIONS = 6;

  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new Cluster(directory);
    for (String worker : List.of("w1", "w2", "w3")) {
      cluster.worker(worker, 4);
    }
    for (String worker : List.of("w1", "w2", "w3")) {
      cluster.awaitWorker(worker, WorkerState.LIVE);
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static PartitionDescription partition(JobDescription job, int index) {
    return job.getPartitionsList().stream()
        .filter(p -> p.getIndex() == index)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no partition " + index + " in " + job));
  }

  private static Set<Integer> all(JobDescription job) {
    return job.getPartitionsList().stream()
        .map(PartitionDescription::getIndex)
        .collect(Collectors.toSet());
  }

  private static Set<Integer> heldBy(JobDescription job, String worker) {
    return job.getPartitionsList().stream()
        .filter(p -> p.getWorker().equals(worker))
        .map(PartitionDescription::getIndex)
        .collect(Collectors.toSet());
  }

  /** Those of the worker went on elsewhere from their checkpoint; the others were not touched. */
  private static void assertMoved(
      JobDescription before, JobDescription after, Set<Integer> lost, Cause... causes) {
    assertThat(lost).isNotEmpty();
    for (PartitionDescription now : after.getPartitionsList()) {
      PartitionDescription then = partition(before, now.getIndex());
      if (lost.contains(now.getIndex())) {
        assertThat(now.getEpoch().getCounter()).isGreaterThan(then.getEpoch().getCounter());
        assertThat(now.getAttempts()).isEqualTo(2);
      } else {
        assertThat(now.getEpoch()).as("untouched: %s", now).isEqualTo(then.getEpoch());
        assertThat(now.getAttempts()).isEqualTo(1);
      }
    }
    assertThat(after.getRecoveriesList())
        .extracting(Recovery::getPartition)
        .hasSameElementsAs(lost);
    for (Recovery recovery : after.getRecoveriesList()) {
      assertThat(recovery.getCause()).isIn((Object[]) causes);
      assertThat(recovery.hasRestoredMillis()).isTrue();
      assertThat(recovery.getResumedFromSequence())
          .isGreaterThanOrEqualTo(
              partition(before, recovery.getPartition()).getCheckpoint().getSequence());
    }
  }

  private JobDescription awaitRecovered(String job, Set<Integer> lost) {
    return cluster.await(
        job,
        "partitions " + lost + " run again",
        seen ->
            seen.getRecoveriesList().stream()
                    .filter(Recovery::hasRestoredMillis)
                    .map(Recovery::getPartition)
                    .collect(Collectors.toSet())
                    .containsAll(lost)
                && seen.getPartitionsList().stream()
                    .allMatch(p -> p.getState() == PartitionState.PARTITION_RUNNING));
  }

  @Test
  void partitionsOfAKilledWorkerGoOnElsewhere() throws IOException {
    String job = cluster.submitGated(PARTITIONS);
    JobDescription before = cluster.awaitAtGate(job, PARTITIONS);
    Set<Integer> lost = heldBy(before, "w1");

    Processes.kill(cluster.process("w1"));

    assertMoved(before, awaitRecovered(job, lost), lost, Cause.CONNECTION_LOST);
    cluster.finish(job, PARTITIONS);
  }

  @Test
  void aWorkerKilledAndStartedAgainUnderItsOldNameHoldsNothingOfItsOldSelf() throws IOException {
    String job = cluster.submitGated(PARTITIONS);
    JobDescription before = cluster.awaitAtGate(job, PARTITIONS);
    Set<Integer> lost = heldBy(before, "w2");

    Processes.kill(cluster.process("w2"));
    cluster.worker("w2", 4);

    JobDescription after = awaitRecovered(job, lost);
    assertMoved(before, after, lost, Cause.CONNECTION_LOST, Cause.WORKER_RESTARTED);
    cluster.awaitWorker("w2", WorkerState.LIVE);
    cluster.finish(job, PARTITIONS);
  }

  @Test
  void aStoppedWorkerThatGoesOnIsAZombieAndThenANormalWorker() throws Exception {
    String job = cluster.submitGated(PARTITIONS);
    JobDescription before = cluster.awaitAtGate(job, PARTITIONS);
    Set<Integer> lost = heldBy(before, "w3");

    Processes.signal(cluster.process("w3"), "STOP");
    JobDescription moved = awaitRecovered(job, lost);
    assertMoved(before, moved, lost, Cause.HEARTBEAT_TIMEOUT);
    assertThat(cluster.state("w3")).isEqualTo(WorkerState.LOST);

    Processes.signal(cluster.process("w3"), "CONT");
    cluster.awaitWorker("w3", WorkerState.LIVE);
    // Once the others are gone the former zombie is the only one left to do the work.
    Processes.kill(cluster.process("w1"));
    Processes.kill(cluster.process("w2"));
    cluster.worker("w4", 4);
    JobDescription ended = cluster.finish(job, PARTITIONS);
    assertThat(ended.getPartitionsList())
        .allSatisfy(p -> assertThat(p.getState()).isEqualTo(PartitionState.PARTITION_SUCCEEDED));
  }

  @Test
  void workersGoOnWhileTheCoordinatorIsDeadAndReattach() throws Exception {
    String job = cluster.submitGated(PARTITIONS);
    JobDescription before = cluster.awaitAtGate(job, PARTITIONS);

    Processes.kill(cluster.coordinator());
    // They pass the gate, finish, and can tell nobody yet.
    cluster.openGate();
    cluster.restartCoordinator();

    JobDescription ended = cluster.awaitEnd(job);
    assertThat(ended.getResult().getFields(0).getValue().getInteger())
        .isEqualTo(GatedJob.expected(PARTITIONS));
    assertUntouched(before, ended);
  }

  /** Nothing moved. */
  private static void assertUntouched(JobDescription before, JobDescription after) {
    assertThat(after.getRecoveriesList()).isEmpty();
    assertThat(after.getPartitionsList())
        .allSatisfy(
            p -> {
              assertThat(p.getAttempts()).isEqualTo(1);
              assertThat(p.getEpoch()).isEqualTo(partition(before, p.getIndex()).getEpoch());
            });
  }

  @Test
  void everythingKilledAtOnceAndStartedAgainGoesOn() throws IOException {
    String job = cluster.submitGated(PARTITIONS);
    JobDescription before = cluster.awaitAtGate(job, PARTITIONS);

    cluster.workers.values().forEach(Process::destroyForcibly);
    cluster.restartCoordinator();
    for (String worker : List.of("w1", "w2", "w3")) {
      Processes.kill(cluster.process(worker));
      cluster.worker(worker, 4);
    }

    JobDescription after = awaitRecovered(job, all(before));
    assertThat(after.getPartitionsList())
        .allSatisfy(
            p ->
                assertThat(p.getCheckpoint().getSequence())
                    .isGreaterThanOrEqualTo(
                        partition(before, p.getIndex()).getCheckpoint().getSequence()));
    cluster.finish(job, PARTITIONS);
  }

  @Test
  void aDrainedWorkerHandsOverWithoutLosingAStep() throws Exception {
    String job = cluster.submitGated(PARTITIONS);
    JobDescription before = cluster.awaitAtGate(job, PARTITIONS);
    Set<Integer> lost = heldBy(before, "w1");

    Processes.signal(cluster.process("w1"), "TERM");

    assertThat(cluster.process("w1").waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(cluster.process("w1").exitValue()).as(cluster.processes.logText("w1")).isZero();
    JobDescription after = awaitRecovered(job, lost);
    assertMoved(before, after, lost, Cause.DRAINED);
    cluster.finish(job, PARTITIONS);
  }

  @Test
  void aDamagedCheckpointFallsBackToTheOneBefore() throws Exception {
    String job = cluster.submitGated(PARTITIONS);
    JobDescription before = cluster.awaitAtGate(job, PARTITIONS);
    Set<Integer> lost = heldBy(before, "w1");
    cluster.await(
        job,
        "three checkpoints each",
        seen ->
            seen.getPartitionsList().stream().allMatch(p -> p.getCheckpoint().getSequence() >= 3));
    // Stopped, so that it writes no newer one between the damage and its death.
    Processes.signal(cluster.process("w1"), "STOP");
    for (int index : lost) {
      damageNewest(job, index);
    }
    Processes.kill(cluster.process("w1"));

    JobDescription after = awaitRecovered(job, lost);
    for (int index : lost) {
      PartitionDescription now = partition(after, index);
      assertThat(now.getQuarantinedList()).as("%s", now).isNotEmpty();
    }
    cluster.finish(job, PARTITIONS);
  }

  /** Flips a byte of the newest checkpoint that the journal names for a partition. */
  private void damageNewest(String job, int index) throws IOException {
    String key = partition(cluster.describe(job), index).getCheckpoint().getObject().getKey();
    Path file = cluster.data().resolve("store").resolve(key);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 0x40;
    Files.write(file, bytes);
  }

  @Test
  void theCommandLineTellsTheSame() throws Exception {
    String job = cluster.submitGated(PARTITIONS);
    cluster.awaitAtGate(job, PARTITIONS);
    Process list =
        cluster.processes.start("list", "list", "--json", "--coordinator", cluster.address());
    assertThat(list.waitFor()).as(cluster.processes.logText("list")).isZero();
    assertThat(cluster.processes.logText("list")).contains(job).contains("RUNNING");
    Process cancel =
        cluster.processes.start("cancel", "cancel", job, "--coordinator", cluster.address());
    assertThat(cancel.waitFor()).as(cluster.processes.logText("cancel")).isZero();
    assertThat(cluster.awaitEnd(job).getPartitionsList())
        .allSatisfy(p -> assertThat(p.getState()).isEqualTo(PartitionState.PARTITION_CANCELLED));
    try (Stream<Path> kept = Files.walk(cluster.data().resolve("store"))) {
      assertThat(kept.filter(path -> path.toString().endsWith(".ckpt")))
          .as("cancel keeps checkpoints")
          .isNotEmpty();
    }
  }
}
