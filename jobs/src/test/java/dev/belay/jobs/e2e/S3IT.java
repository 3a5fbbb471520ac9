package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.local.S3Host;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.WorkerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints on S3, by MinIO where there is one, with processes killed for real. */
class S3IT {
  private static final int PARTITIONS = 4;

  @TempDir Path directory;

  @Test
  void partitionsOfAKilledWorkerGoOnElsewhereFromS3() throws Exception {
    try (S3Host s3 = S3Host.start(directory.resolve("s3"));
        Cluster cluster = new Cluster(directory, s3.environment(), "--store", s3.store())) {
      for (String worker : List.of("w1", "w2")) {
        cluster.worker(worker, PARTITIONS);
        cluster.awaitWorker(worker, WorkerState.LIVE);
      }
      String job = cluster.submitGated(PARTITIONS);
      JobDescription before = cluster.awaitAtGate(job, PARTITIONS);
      Set<Integer> lost =
          before.getPartitionsList().stream()
              .filter(partition -> partition.getWorker().equals("w1"))
              .map(PartitionDescription::getIndex)
              .collect(Collectors.toSet());
      assertThat(lost).isNotEmpty();

      Processes.kill(cluster.process("w1"));

      JobDescription after =
          cluster.await(
              job,
              "partitions " + lost + " go on",
              seen ->
                  seen.getRecoveriesList().stream()
                      .filter(Recovery::hasRestoredMillis)
                      .map(Recovery::getPartition)
                      .collect(Collectors.toSet())
                      .containsAll(lost));
      assertThat(after.getRecoveriesList())
          .as("from checkpoints, and not from the start")
          .allMatch(recovery -> recovery.getResumedFromSequence() > 0);
      cluster.finish(job, PARTITIONS);
      Secrets.assertNowhere(cluster, s3.secret(), directory.resolve("s3"));
    }
  }
}
