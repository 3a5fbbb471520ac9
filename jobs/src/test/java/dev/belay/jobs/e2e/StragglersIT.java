package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.WorkerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is done about stragglers holds when processes die in the midst of it: real ones, killed for
 * real, and the result is exact.
 */
class StragglersIT {
  private static final String UP_TO = "30000000000";
  private static final long PRIMES = 1_300_005_926;

  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new Cluster(directory);
    for (String worker : List.of("w1", "w2", "w3")) {
      cluster.worker(worker, 2);
    }
    for (String worker : List.of("w1", "w2", "w3")) {
      cluster.awaitWorker(worker, WorkerState.LIVE);
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static long result(JobDescription job) {
    return job.getResult().getFields(0).getValue().getInteger();
  }

  private JobDescription succeeded(String job) {
    JobDescription ended = cluster.awaitEnd(job);
    assertThat(ended.getSummary().getState())
        .as("%s%n%s", ended, cluster.allLogs())
        .isEqualTo(JobState.JOB_SUCCEEDED);
    return ended;
  }

  /** Somebody who works on a partition that a split has made. */
  private static String holderOfATail(JobDescription job) {
    return job.getPartitionsList().stream()
        .filter(one -> one.getState() == PartitionState.PARTITION_RUNNING && one.hasSplitFrom())
        .map(PartitionDescription::getWorker)
        .findFirst()
        .orElse("");
  }

  @Test
  void aWorkerIsKilledWhilePartitionsAreSplit() {
    String job = cluster.submit("primes", 1, Map.of("upTo", UP_TO));
    JobDescription split =
        cluster.await(
            job, "splits", seen -> seen.getPartitionsCount() > 2 && !holderOfATail(seen).isEmpty());
    String victim = holderOfATail(split);

    Processes.kill(cluster.process(victim));

    JobDescription ended = succeeded(job);
    assertThat(result(ended)).isEqualTo(PRIMES);
    assertThat(ended.getRecoveriesList()).extracting(Recovery::getFromWorker).contains(victim);
    assertThat(ended.getPartitionsList())
        .allMatch(one -> one.getState() == PartitionState.PARTITION_SUCCEEDED);
  }

  @Test
  void theFirstOfTwoAttemptsIsKilledAndTheSecondGoesOn() throws IOException {
    int partitions = 4;
    String mark = directory.resolve("mark").toString();
    String job =
        cluster.submit("lame", partitions, Map.of("mark", mark, "gate", cluster.gate().toString()));
    PartitionDescription twice =
        cluster
            .await(
                job,
                "a second attempt",
                seen ->
                    seen.getPartitionsCount() == partitions
                        && !seen.getPartitions(0).getSecondWorker().isEmpty())
            .getPartitions(0);

    Processes.kill(cluster.process(twice.getWorker()));

    PartitionDescription goesOn =
        cluster
            .await(
                job,
                "the second attempt in the place of the first",
                seen -> seen.getPartitions(0).getWorker().equals(twice.getSecondWorker()))
            .getPartitions(0);
    // Who waits at the gate is a straggler again, sooner or later.
    assertThat(goesOn.getAttempts() - (goesOn.getSecondWorker().isEmpty() ? 0 : 1))
        .as("not begun anew")
        .isEqualTo(2);
    cluster.openGate();
    JobDescription ended = succeeded(job);
    assertThat(result(ended)).isEqualTo(LameJob.expected(partitions));
  }
}
