package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.belay.jobs.cli.local.S3Process;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.GetClusterRequest;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.ListJobsReply;
import dev.belay.runtime.proto.ListJobsRequest;
import dev.belay.runtime.proto.MirrorStatus;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.ResumeJobRequest;
import dev.belay.runtime.proto.WorkerState;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.Stores;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The drill: a region with its coordinator, its workers and its S3 is killed; another one goes on
 * from the mirror; the first one comes back and finds that it is the past. All with real processes,
 * and each region with credentials of its own.
 */
class DisasterIT {
  private static final int PARTITIONS = 4;
  private static final int FILES = 12;

  /** Of three times as many partitions as files. */
  private static final int FEW = 4;

  private static final int WORDS = 2_500_000;
  private static final List<String> WORKERS = List.of("w1", "w2");

  @TempDir Path directory;

  @Test
  void anotherRegionGoesOnAndTheFirstOneChangesNothingThatItReliesOn() throws Exception {
    Path input = input();
    Path output = directory.resolve("words");
    Path servers = directory.resolve("s3");
    try (AutoCloseable credentials = S3Process.useHere(servers);
        S3Process here = S3Process.start(servers, "here");
        S3Process there = S3Process.start(servers, "there");
        Cluster first =
            new Cluster(
                Files.createDirectory(directory.resolve("here")),
                here.environment(),
                "--store",
                here.url("store"),
                "--mirror",
                there.ownUrl("mirror"))) {
      start(first);
      String gated = first.submitGated(PARTITIONS);
      first.awaitAtGate(gated, PARTITIONS);
      String words =
          first.submit(
              "wordcount",
              3 * FILES,
              Map.of("input", input.toString(), "output", output.toString()));
      first.await(
          words, "some of the words counted", seen -> seen.getSummary().getSucceeded() >= FEW);
      // Else it might be done and published by the time that it is mirrored that it began.
      JobControlReply unused =
          first.client().pauseJob(PauseJobRequest.newBuilder().setJob(words).build());
      Map<Integer, Long> counted = succeeded(first.describe(words));
      awaitMirrored(first, System.currentTimeMillis());
      assertThat(segments(there.ownUrl("mirror"), words))
          .as("output so far")
          .containsAll(counted.keySet());
      resume(first, words);
      JobDescription last = first.describe(words);
      MirrorStatus mirror = mirror(first);

      killRegion(first, here);
      long killed = System.nanoTime();
      try (Cluster second =
          new Cluster(
              Files.createDirectory(directory.resolve("there")),
              there.environment(),
              "--recover-from",
              there.url("mirror"))) {
        start(second);
        // Whether that was mirrored is left to chance.
        resume(second, words);
        JobDescription goesOn =
            second.await(
                gated,
                "every partition goes on",
                seen ->
                    seen.getPartitionsCount() == PARTITIONS
                        && seen.getPartitionsList().stream()
                            .allMatch(one -> one.getCheckpoint().getEpoch().getGeneration() == 2));
        long recovered = System.nanoTime();
        assertThat(goesOn.getRecoveriesList())
            .filteredOn(one -> one.getCause() == Cause.REGION_LOST)
            .as("each was lost with its region")
            .hasSize(PARTITIONS);
        // On a busy machine a worker may be lost for a moment before that, which is one more.
        assertThat(goesOn.getRecoveriesList())
            .filteredOn(Recovery::hasRestoredMillis)
            .as("from checkpoints, and not from the start")
            .isNotEmpty()
            .allMatch(one -> one.getResumedFromSequence() > 0);
        say(
            "the mirror was %d records, %d bytes and %d ms behind"
                .formatted(
                    mirror.getRecordsBehind(), mirror.getBytesBehind(), mirror.getMillisBehind()));
        second.processes.logText("coordinator").lines().forEach(DisasterIT::say);
        Map<Integer, Long> known = succeeded(second.describe(words));
        assertThat(known).as("mirrored, and so not counted again").containsAllEntriesOf(counted);
        known.entrySet().retainAll(succeeded(last).entrySet());
        say(
            "of %d partitions of words that were counted, %d were known there"
                .formatted(succeeded(last).size(), known.size()));
        say(
            "from the kill until every partition went on: %d ms"
                .formatted(TimeUnit.NANOSECONDS.toMillis(recovered - killed)));

        first.openGate();
        assertThat(second.awaitEnd(gated).getResult().getFields(0).getValue().getInteger())
            .isEqualTo(GatedJob.expected(PARTITIONS));
        assertThat(second.awaitEnd(words).getSummary().getState())
            .as("%s", second.allLogs())
            .isEqualTo(JobState.JOB_SUCCEEDED);
        assertThat(counts(output)).isEqualTo(expected());
        assertThat(succeeded(second.describe(words)))
            .as("their output is what was mirrored of it")
            .containsAllEntriesOf(known);

        comeBack(first, second, here, there.ownUrl("mirror"), output);
      }
    }
  }

  private void comeBack(Cluster first, Cluster second, S3Process here, String mirror, Path output)
      throws Exception {
    Map<String, String> objects = settled(mirror);
    Map<String, String> results = counts(output);
    ListJobsReply jobs = second.client().listJobs(ListJobsRequest.getDefaultInstance());

    here.revive();
    first.restartCoordinator();
    start(first);
    await("the first region knows")
        .atMost(Cluster.PATIENCE)
        .ignoreExceptions()
        .until(() -> mirror(first).getState() == MirrorStatus.State.FENCED);
    first.awaitEnd(first.submitGated(PARTITIONS));

    assertThat(first.processes.logText("coordinator").lines())
        .as("said in one line")
        .filteredOn(line -> line.contains("the cluster goes on elsewhere"))
        .hasSize(1);
    assertThat(digests(mirror)).isEqualTo(objects);
    assertThat(counts(output)).isEqualTo(results);
    assertThat(second.client().listJobs(ListJobsRequest.getDefaultInstance())).isEqualTo(jobs);
    assertThat(mirrorless(second)).as("the second region has no mirror of its own").isTrue();
  }

  private static void start(Cluster cluster) throws IOException {
    for (String worker : WORKERS) {
      cluster.worker(worker, PARTITIONS);
    }
    for (String worker : WORKERS) {
      cluster.awaitWorker(worker, WorkerState.LIVE);
    }
  }

  private static void killRegion(Cluster cluster, S3Process s3) {
    cluster.coordinator().destroyForcibly();
    cluster.workers.values().forEach(Process::destroyForcibly);
    s3.kill();
    Processes.kill(cluster.coordinator());
    cluster.workers.values().forEach(Processes::kill);
  }

  private static void resume(Cluster cluster, String job) {
    JobControlReply unused =
        cluster.client().resumeJob(ResumeJobRequest.newBuilder().setJob(job).build());
  }

  private static MirrorStatus mirror(Cluster cluster) {
    return cluster.client().getCluster(GetClusterRequest.getDefaultInstance()).getMirror();
  }

  private static boolean mirrorless(Cluster cluster) {
    return !cluster.client().getCluster(GetClusterRequest.getDefaultInstance()).hasMirror();
  }

  private static void awaitMirrored(Cluster cluster, long millis) {
    await("the mirror holds what was there")
        .atMost(Cluster.PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              MirrorStatus mirror = mirror(cluster);
              return mirror.hasMillisBehind()
                  && System.currentTimeMillis() - mirror.getMillisBehind() > millis;
            });
  }

  /** What is done, and under which lease: who did it again would have another. */
  private static Map<Integer, Long> succeeded(JobDescription job) {
    return job.getPartitionsList().stream()
        .filter(one -> one.getState() == PartitionState.PARTITION_SUCCEEDED)
        .collect(
            Collectors.toMap(
                PartitionDescription::getIndex,
                one -> one.getEpoch().getCounter(),
                Long::min,
                TreeMap::new));
  }

  /** The partitions of a job that have output in a store. */
  private static Set<Integer> segments(String url, String job) throws Exception {
    Pattern name = Pattern.compile("[^/]+/" + job + "/p(\\d+)/.*\\.seg");
    try (ObjectStore store = Stores.open(url)) {
      return store.list("").stream()
          .map(stored -> name.matcher(stored.key()))
          .filter(Matcher::matches)
          .map(key -> Integer.valueOf(key.group(1)))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void say(String line) {
    System.out.println("drill: " + line);
  }

  // ---- what there is

  private static Map<String, String> digests(String url) throws Exception {
    Map<String, String> digests = new TreeMap<>();
    try (ObjectStore store = Stores.open(url)) {
      for (ObjectStore.Stored stored : store.list("")) {
        try (InputStream in = store.open(stored.key(), 0)) {
          MessageDigest digest = MessageDigest.getInstance("SHA-256");
          digest.update(in.readAllBytes());
          // The zombie tries out a store that it is given.
          if (!stored.key().startsWith("probe/")) {
            digests.put(stored.key(), HexFormat.of().formatHex(digest.digest()));
          }
        }
      }
    }
    return digests;
  }

  /** Once what ended jobs have released is deleted. */
  private static Map<String, String> settled(String url) {
    return await("the store is at rest")
        .atMost(Cluster.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(
            () -> digests(url),
            found -> found.keySet().stream().allMatch(key -> key.startsWith("mirror/")));
  }

  // ---- the words

  private Path input() throws IOException {
    Path input = Files.createDirectory(directory.resolve("input"));
    for (int file = 0; file < FILES; file++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < WORDS; i++) {
        text.append("word").append((char) ('a' + i % 20)).append(i % 10 == 9 ? '\n' : ' ');
      }
      Files.writeString(input.resolve("file-" + file), text, StandardCharsets.US_ASCII);
    }
    return input;
  }

  private static Map<String, String> expected() {
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      expected.put("word" + (char) ('a' + i), Integer.toString(FILES * WORDS / 20));
    }
    return expected;
  }

  private static Map<String, String> counts(Path output) throws IOException {
    Map<String, String> counts = new TreeMap<>();
    try (Stream<String> lines = Files.lines(output.resolve("wordcount.tsv"))) {
      lines.forEach(
          line ->
              counts.put(
                  line.substring(0, line.indexOf('\t')), line.substring(line.indexOf('\t') + 1)));
    }
    return counts;
  }
}
