package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.local.MinioHost;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.WorkerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A store on a real MinIO that is set up wrongly, for all or for one: who says what, and when. */
@EnabledIf(value = "present", disabledReason = "no minio on the PATH or in MINIO_BIN")
class StoreSetUpIT {
  private static final String WRONG = "not-the-secret-at-all";
  private static final int PARTITIONS = 3;
  private static final int USAGE = 2;

  @TempDir Path directory;
  private MinioHost minio;

  static boolean present() {
    return MinioHost.present();
  }

  @BeforeEach
  void start() throws Exception {
    minio = MinioHost.start(directory.resolve("minio"));
  }

  @AfterEach
  void stop() {
    minio.close();
  }

  @Test
  void aCoordinatorWithWrongCredentialsDoesNotStart() throws Exception {
    assertRefused(
        minio.wrongEnvironment(WRONG),
        minio.store(),
        "the credentials are wrong (SignatureDoesNotMatch): check AWS_ACCESS_KEY_ID and"
            + " AWS_SECRET_ACCESS_KEY, or the profile, of this process");
  }

  @Test
  void norDoesOneWhoseBucketDoesNotExist() throws Exception {
    assertRefused(
        minio.environment(),
        minio.store().replace("s3://belay", "s3://no-such-bucket"),
        "there is no bucket no-such-bucket: make it, or name another");
  }

  private void assertRefused(Map<String, String> environment, String store, String why)
      throws Exception {
    try (Processes processes = new Processes(directory)) {
      processes.environment.putAll(environment);
      Process coordinator =
          processes.start(
              "refused",
              "coordinator",
              "--listen",
              "127.0.0.1:0",
              "--data",
              directory.resolve("data").toString(),
              "--store",
              store);
      assertThat(coordinator.waitFor(60, TimeUnit.SECONDS)).isTrue();
      List<String> said = processes.logText("refused").lines().toList();
      assertThat(coordinator.exitValue()).as("%s", said).isEqualTo(USAGE);
      assertThat(said).hasSize(1);
      assertThat(said.get(0)).contains(why).doesNotContain(WRONG).doesNotContain(minio.secret());
    }
  }

  /** The others do its work, and nothing that was on its way to it counts as lost. */
  @Test
  void aWorkerWithWrongCredentialsLeavesAtOnce() throws Exception {
    try (Cluster cluster = new Cluster(directory, minio.environment(), "--store", minio.store())) {
      // It comes first, so that all there is to do would be its own.
      String job = cluster.submitGated(PARTITIONS);
      cluster.processes.environment.putAll(minio.wrongEnvironment(WRONG));
      cluster.worker("w-wrong", PARTITIONS);
      Process wrong = cluster.process("w-wrong");
      assertThat(wrong.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String said = cluster.processes.logText("w-wrong");
      assertThat(wrong.exitValue()).as(said).isEqualTo(USAGE);
      assertThat(said.lines().reduce("", (first, last) -> last))
          .contains("this worker cannot use the cluster's store")
          .contains("the credentials are wrong (SignatureDoesNotMatch)");

      minio.wrongEnvironment(WRONG).keySet().forEach(cluster.processes.environment::remove);
      cluster.worker("w1", PARTITIONS);
      JobDescription atGate = cluster.awaitAtGate(job, PARTITIONS);
      assertThat(atGate.getPartitionsList()).allMatch(p -> p.getWorker().equals("w1"));
      JobDescription ended = cluster.finish(job, PARTITIONS);
      assertThat(ended.getRecoveriesList())
          .as("given back")
          .allMatch(recovery -> recovery.getCause() == Cause.DRAINED);
      assertThat(cluster.allLogs()).doesNotContain(WRONG);
      Secrets.assertNowhere(cluster, minio.secret(), directory.resolve("minio"));
    }
  }

  /** The coordinator tells an endpoint that the worker cannot reach; the worker knows its own. */
  @Test
  void aWorkerGoesItsOwnWayToTheStore() throws Exception {
    String endpoint = minio.store().replaceAll(".*endpoint=", "");
    try (Cluster cluster =
        new Cluster(
            directory,
            minio.environment(),
            "--store",
            "s3://belay",
            "--s3-endpoint",
            "http://127.0.0.1:1")) {
      cluster.worker("w1", PARTITIONS, "--s3-endpoint", endpoint);
      cluster.awaitWorker("w1", WorkerState.LIVE);
      String job = cluster.submitGated(PARTITIONS);
      cluster.awaitAtGate(job, PARTITIONS);
      cluster.finish(job, PARTITIONS);
    }
  }

  /** It may pass, so the worker joins; but what there is to do is for those who can do it. */
  @Test
  void aWorkerThatCannotReachTheStoreGetsNothingWhileOthersCan() throws Exception {
    try (Cluster cluster = new Cluster(directory, minio.environment(), "--store", minio.store())) {
      cluster.worker("w-far", PARTITIONS, "--s3-endpoint", "http://127.0.0.1:1");
      cluster.worker("w1", PARTITIONS);
      cluster.awaitWorker("w1", WorkerState.LIVE);
      cluster.awaitWorker("w-far", WorkerState.NO_STORE);
      String job = cluster.submitGated(PARTITIONS);
      JobDescription atGate = cluster.awaitAtGate(job, PARTITIONS);
      assertThat(atGate.getPartitionsList()).allMatch(p -> p.getWorker().equals("w1"));
      cluster.finish(job, PARTITIONS);
    }
  }

  /** S3 refuses what is signed at another time; the client learns the server's time from that. */
  @Test
  void aClockThatIsTwentyMinutesOffIsNoHindrance() throws Exception {
    for (String seconds : List.of("1200", "-1200")) {
      Path own = directory.resolve("clock" + seconds);
      try (Cluster cluster = new Cluster(own, minio.environment(), "--store", minio.store())) {
        cluster.workerOn(
            SkewedMain.class.getName(), List.of("-Dbelay.test.ahead=" + seconds), "w1", PARTITIONS);
        cluster.awaitWorker("w1", WorkerState.LIVE);
        String job = cluster.submitGated(PARTITIONS);
        JobDescription atGate = cluster.awaitAtGate(job, PARTITIONS);
        assertThat(atGate.getPartitionsList())
            .extracting(PartitionDescription::getError)
            .containsOnly("");
        cluster.finish(job, PARTITIONS);
      }
    }
  }
}
