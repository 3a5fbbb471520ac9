package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.proto.WorkerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bad record among a million, with real processes: what fails is found by itself. */
class PoisonIT {
  private static final long BAD = 777_777;

  /** Rounded up, of a million. */
  private static final int LOGARITHM = 20;

  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new Cluster(directory);
    for (String worker : List.of("w1", "w2")) {
      cluster.worker(worker, 2);
    }
    for (String worker : List.of("w1", "w2")) {
      cluster.awaitWorker(worker, WorkerState.LIVE);
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private JobDescription run(OnPoison onPoison) {
    JobSpec spec =
        JobSpec.newBuilder()
            .setJob("poisoned")
            .setOnPoison(onPoison)
            .addParameters(Parameter.newBuilder().setKey("bad").setValue(Long.toString(BAD)))
            .build();
    String job =
        cluster
            .client()
            .submit(SubmitRequest.newBuilder().setKey("poison").setSpec(spec).build())
            .getJob();
    return cluster.awaitEnd(job);
  }

  private static PartitionDescription quarantined(JobDescription job) {
    List<PartitionDescription> found =
        job.getPartitionsList().stream()
            .filter(one -> one.getState() == PartitionState.PARTITION_QUARANTINED)
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @Test
  void aJobThatGoesOnLeavesOutTheBadRecordAlone() {
    JobDescription job = run(OnPoison.ON_POISON_CONTINUE);
    assertThat(job.getSummary().getState()).as("%s", job).isEqualTo(JobState.JOB_SUCCEEDED);
    assertThat(job.getResult().getFields(0).getValue().getInteger())
        .isEqualTo(PoisonedJob.NUMBERS - 1);
    PartitionDescription bad = quarantined(job);
    assertThat(bad.getError())
        .contains("cannot bear " + BAD, "Numbers[from=777777, to=777778]", "cuts have left");
    assertThat(bad.getDetail()).contains("PoisonedJob.run");
    assertThat(job.getPartitionsList().stream().mapToInt(PartitionDescription::getAttempts).sum())
        .as("5 attempts, two halves for each cut, and one lease to be cut that cannot be")
        .isBetween(4 + 2 * LOGARITHM, 6 + 2 * LOGARITHM);
    assertThat(job.getPartitionsList().stream().mapToLong(one -> one.getEpoch().getCounter()).sum())
        .as("leases: those, and one for each cut")
        .isBetween(3L + 3 * LOGARITHM, 6L + 3 * LOGARITHM);
  }

  @Test
  void aJobThatMayNotGoOnFailsWithTheNameOfTheBadRecord() {
    JobDescription job = run(OnPoison.ON_POISON_FAIL);
    assertThat(job.getSummary().getState()).as("%s", job).isEqualTo(JobState.JOB_FAILED);
    assertThat(job.getSummary().getError())
        .contains("cannot bear " + BAD, "Numbers[from=777777, to=777778]");
  }
}
