package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People look at checkpoints and take partitions back, with the real command and real processes.
 */
class CheckpointsIT {
  private static final int PARTITIONS = 2;

  @TempDir Path directory;
  private Cluster cluster;
  private String job = "";
  private int commands;

  @BeforeEach
  void paused() throws Exception {
    cluster = new Cluster(directory);
    cluster.worker("w1", PARTITIONS);
    cluster.awaitWorker("w1", WorkerState.LIVE);
    job = cluster.submitGated(PARTITIONS);
    cluster.awaitAtGate(job, PARTITIONS);
    assertThat(belay("pause", job, "--wait")).isZero();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private int belay(String... words) throws IOException, InterruptedException {
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--coordinator";
    all[words.length + 1] = cluster.address();
    Process process = cluster.processes.start("command" + ++commands, all);
    assertThat(process.waitFor(Cluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String said() {
    return cluster.processes.logText("command" + commands);
  }

  private List<Path> objects(String partition) throws IOException {
    try (Stream<Path> files = Files.walk(cluster.data().resolve("store"))) {
      return files
          .filter(file -> file.toString().contains("/" + job + "/" + partition + "/"))
          .filter(file -> file.toString().endsWith(".ckpt"))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  private long newest() {
    return cluster.describe(job).getPartitions(0).getCheckpoint().getSequence();
  }

  @Test
  void aPartitionGoesOnFromAnOlderCheckpointAndTheResultIsExact() throws Exception {
    long older = newest() - 1;
    assertThat(belay("checkpoints", "restore", job, "0", Long.toString(older))).isZero();
    assertThat(said()).contains("goes on from checkpoint " + older, "1 newer one dropped");
    assertThat(newest()).isEqualTo(older);
    assertThat(belay("resume", job)).isZero();
    JobDescription ended = cluster.finish(job, PARTITIONS);
    assertThat(ended.getSummary().getState()).isEqualTo(JobState.JOB_SUCCEEDED);
  }

  @Test
  void whatIsDamagedIsFoundAndWhatIsExportedIsWhole() throws Exception {
    assertThat(belay("checkpoints", "verify", job, "--all")).isZero();
    Path copy = directory.resolve("p1.ckpt");
    assertThat(belay("checkpoints", "export", job, "1", copy.toString())).isZero();
    assertThat(belay("checkpoints", "export", job, "1", copy.toString())).isEqualTo(2);
    assertThat(said()).contains("exists already", "--force");

    List<Path> objects = objects("p1");
    Path newest = objects.get(objects.size() - 1);
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(newest);
    Files.write(newest, bytes);

    assertThat(belay("checkpoints", "verify", job, "--all")).isEqualTo(1);
    assertThat(said()).contains("partition 1, checkpoint", "CORRUPT");
    assertThat(belay("checkpoints", "verify", copy.toString())).isZero();
    assertThat(belay("checkpoints", "inspect", copy.toString())).isZero();
    assertThat(said()).contains("job:", job, "chunks:");
  }

  @Test
  void whatNobodyNeedsIsCollectedAndTheRestIsNot() throws Exception {
    assertThat(belay("resume", job)).isZero();
    cluster.awaitAtGate(job, PARTITIONS);
    List<Path> before = objects("p0");
    Path orphan = before.get(0).resolveSibling("1-1-999-9.ckpt");
    Files.write(orphan, new byte[100]);
    cluster.await(
        job,
        "the lease before is over",
        seen -> {
          try {
            return belay("checkpoints", "gc") == 0 && !Files.exists(orphan);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(belay("checkpoints", "verify", job, "--all")).isZero();
    cluster.finish(job, PARTITIONS);
  }
}
