package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.local.MinioHost;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster at work with its store on a real MinIO, and what must hold when that fails and is
 * mended: the work goes on, says in one line what is wrong, no partition fails, checkpoints catch
 * up, and a worker that is killed then loses nothing.
 */
abstract class StoreOutage {
  private static final int PARTITIONS = 3;

  @TempDir Path directory;
  MinioHost minio;
  Cluster cluster;
  String waiting;
  private String working;

  /** Before MinIO starts, with its directory. */
  void prepare(Path minioDirectory) throws Exception {}

  /** One job waits at its gate, and takes checkpoints; the other will work through the outage. */
  @BeforeEach
  void start() throws Exception {
    prepare(directory.resolve("minio"));
    minio = MinioHost.start(directory.resolve("minio"));
    cluster = new Cluster(directory, minio.environment(), "--store", minio.store());
    for (String worker : List.of("w1", "w2")) {
      cluster.worker(worker, PARTITIONS);
    }
    for (String worker : List.of("w1", "w2")) {
      cluster.awaitWorker(worker, WorkerState.LIVE);
    }
    waiting = cluster.submitGated(PARTITIONS);
    working = cluster.submitGated(PARTITIONS, workingGate());
    cluster.awaitAtGate(waiting, PARTITIONS);
    cluster.awaitAtGate(working, PARTITIONS);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
    minio.signal("CONT");
    minio.close();
  }

  private Path workingGate() {
    return directory.resolve("working-gate");
  }

  final void holdsThroughout(String trouble) throws IOException {
    JobDescription troubled =
        cluster.await(
            waiting,
            "each partition says what is wrong",
            all(partition -> partition.getError().contains(trouble)));
    assertThat(troubled.getPartitionsList())
        .allMatch(partition -> partition.getError().contains("the work goes on without"));
    worksOn();
  }

  /** To the very end: nothing of a partition that writes no output has to be stored. */
  final void worksOn() throws IOException {
    computesOn();
    endsExactly();
  }

  final void computesOn() throws IOException {
    Files.createFile(workingGate());
    cluster.await(
        working,
        "the work is done",
        all(partition -> partition.getProgress().getDone() == GatedJob.STEPS));
  }

  final void endsExactly() {
    JobDescription worked = cluster.awaitEnd(working);
    assertThat(worked.getSummary().getState()).isEqualTo(JobState.JOB_SUCCEEDED);
    assertExact(worked);
  }

  final void allIsWellAgain() throws IOException {
    Map<Integer, Long> before =
        cluster.describe(waiting).getPartitionsList().stream()
            .collect(
                Collectors.toMap(
                    PartitionDescription::getIndex,
                    partition -> partition.getCheckpoint().getSequence()));
    JobDescription caughtUp =
        cluster.await(
            waiting,
            "checkpoints catch up",
            all(
                partition ->
                    partition.getError().isEmpty()
                        && partition.getCheckpoint().getSequence()
                            > before.getOrDefault(partition.getIndex(), 0L)));
    assertThat(caughtUp.getPartitionsList()).allMatch(partition -> partition.getAttempts() == 1);
    assertThat(caughtUp.getPartitionsList())
        .allMatch(partition -> partition.getQuarantinedCount() == 0);

    Processes.kill(cluster.process("w1"));
    JobDescription ended = cluster.finish(waiting, PARTITIONS);
    assertThat(ended.getRecoveriesList())
        .filteredOn(recovery -> recovery.getKind() == TaskKind.PARTITION)
        .as("from checkpoints, and not from the start")
        .allMatch(Recovery::hasRestoredMillis)
        .allMatch(recovery -> recovery.getResumedFromSequence() > 0);
    Secrets.assertNowhere(cluster, minio.secret(), directory.resolve("minio"));
  }

  private static Predicate<JobDescription> all(Predicate<PartitionDescription> condition) {
    return job -> job.getPartitionsList().stream().allMatch(condition);
  }

  private static void assertExact(JobDescription ended) {
    assertThat(ended.getResult().getFieldsList())
        .singleElement()
        .satisfies(
            field ->
                assertThat(field.getValue().getInteger()).isEqualTo(GatedJob.expected(PARTITIONS)));
  }
}
