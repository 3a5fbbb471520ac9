package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.job.Publication;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Completion;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.StagedFile;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishing from its assignment to the report that all is in place. */
class PublishTest {
  @TempDir Path directory;
  private TaskWorld world;
  private Path output = Path.of("");

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
    output = directory.resolve("deep/out");
    world.job.publish = publication -> publish(publication, false, "new");
  }

  @AfterEach
  void end() {
    world.close();
  }

  private void publish(Publication publication, boolean overwrite, String text) throws IOException {
    Publication.Output out = publication.output(output, overwrite);
    for (String name : List.of("b.tsv", "a.tsv")) {
      try (OutputStream file = out.create(name)) {
        file.write((text + " " + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    publication.result("files", 2);
  }

  private Assignment.Builder publishing(long epoch) {
    return world.assignment(TaskKind.PUBLISH, 0, epoch);
  }

  private List<String> names() throws IOException {
    if (!Files.exists(output)) {
      return List.of();
    }
    try (var files = Files.list(output)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void assertPublished(String text) throws IOException {
    assertThat(names()).containsExactly("_SUCCESS", "a.tsv", "b.tsv");
    assertThat(output.resolve("a.tsv")).hasContent(text + " a.tsv");
    assertThat(output.resolve("b.tsv")).hasContent(text + " b.tsv");
  }

  @Test
  void stagesThenReportsThenMoves() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());

    Manifest manifest = world.reporter.last().getPrepared().getManifest();
    assertThat(names()).containsExactly(".belay-c0ffee00-test-1-1.7");
    assertThat(manifest.getFilesList())
        .extracting(StagedFile::getTarget)
        .containsExactly(
            output.resolve("b.tsv").toString(),
            output.resolve("a.tsv").toString(),
            output.resolve("_SUCCESS").toString());
    assertThat(manifest.getFilesList())
        .extracting(StagedFile::getLength)
        .containsExactly(9L, 9L, 0L);
    assertThat(manifest.getResult().getFields(0).getName()).isEqualTo("files");
    assertThat(manifest.getOverwrite()).isFalse();

    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitEnd(task);
    assertPublished("new");
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.PREPARED, WhatCase.PUBLISHED);
  }

  @Test
  void aJobWithoutOutputPublishesItsResultAlone() {
    world.job.publish = publication -> publication.result("count", 5);
    world.run(publishing(1));
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.PREPARED, WhatCase.PUBLISHED);
  }

  @Test
  void anOutputThatIsThereIsRefusedAndStaysAsItIs() throws IOException {
    world.run(publishing(1));
    world.reporter.clear();
    world.job.publish = publication -> publish(publication, false, "later");
    world.run(publishing(2));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage()).contains(output.toString());
    assertPublished("new");
  }

  @Test
  void anOutputIsOverwrittenIfTheJobSaysSo() throws IOException {
    world.run(publishing(1));
    Files.writeString(output.resolve("other"), "x");
    world.job.publish = publication -> publish(publication, true, "later");
    world.run(publishing(2));
    assertThat(output.resolve("other")).hasContent("x");
    Files.delete(output.resolve("other"));
    assertPublished("later");
  }

  @Test
  void aFailureOfTheJobsCodeLeavesNothingStaged() throws IOException {
    world.job.publish =
        publication -> {
          publication.output(output, false).create("open").write(1);
          throw new IllegalStateException("dies");
        };
    world.run(publishing(1));
    assertThat(world.failure().getMessage()).isEqualTo("IllegalStateException: dies");
    assertThat(directory.resolve("deep")).doesNotExist();
  }

  @Test
  void aFailureLeavesADirectoryThatWasThere() throws IOException {
    Files.createDirectories(output);
    Files.writeString(output.resolve("other"), "x");
    world.job.publish =
        publication -> {
          publication.output(output, false);
          throw new IllegalStateException("dies");
        };
    world.run(publishing(1));
    assertThat(names()).containsExactly("other");
  }

  @Test
  void aFileThatIsLeftOpenIsAFailure() throws IOException {
    world.job.publish = publication -> publication.output(output, false).create("open").write(1);
    world.run(publishing(1));
    assertThat(world.failure().getMessage()).contains("open").contains("closed");
    assertThat(names()).isEmpty();
  }

  @Test
  void namesThatAreNoneAreRefused() {
    List<String> refused = new ArrayList<>();
    world.job.publish =
        publication -> {
          Publication.Output out = publication.output(output, false);
          for (String name : List.of("", ".", "..", "a/b", "../x", ".hidden", "_SUCCESS", "x\0")) {
            assertThatThrownBy(() -> out.create(name)).isInstanceOf(IllegalArgumentException.class);
            refused.add(name);
          }
          out.create("twice").close();
          assertThatThrownBy(() -> out.create("twice"))
              .isInstanceOf(IllegalArgumentException.class);
        };
    world.run(publishing(1));
    assertThat(world.reporter.last().hasPublished()).as("%s", refused).isTrue();
  }

  @Test
  void stoppedWhileStagingItLeavesNothing() throws IOException {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    world.job.publish =
        publication -> {
          try (OutputStream file = publication.output(output, false).create("endless")) {
            while (true) {
              file.write(new byte[1 << 16]);
              begun.complete(null);
            }
          }
        };
    RunningTask task = world.start(publishing(1));
    begun.join();
    task.stop("the job was cancelled");
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED);
    assertThat(names()).isEmpty();
  }

  @Test
  void drainedWhileStagingItIsGivenBack() throws IOException {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    world.job.publish =
        publication -> {
          while (true) {
            publication.output(output, false);
            begun.complete(null);
          }
        };
    RunningTask task = world.start(publishing(1));
    begun.join();
    task.drain();
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.RELEASED);
    assertThat(names()).isEmpty();
  }

  /** The answer to Prepared is lost: it may be journaled, so what is staged has to stay. */
  @Test
  void stoppedAfterItsReportTheStagedFilesStayForTheNext() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    Manifest manifest = world.reporter.last().getPrepared().getManifest();
    task.stop("the lease went to another worker");
    world.awaitEnd(task);
    assertThat(names()).containsExactly(".belay-c0ffee00-test-1-1.7");

    world.job.publish =
        publication -> {
          throw new IllegalStateException("must not be asked again");
        };
    world.run(publishing(8).setManifest(manifest));
    assertPublished("new");
    assertThat(world.reporter.last().hasPublished()).isTrue();
  }

  @Test
  void anAttemptRemovesWhatEarlierEpochsOfTheJobStaged() throws IOException {
    Files.createDirectories(output.resolve(".belay-c0ffee00-test-1-1.3/x"));
    Files.createDirectories(output.resolve(".belay-c0ffee00-test-1-1.4.done"));
    for (String other :
        List.of(
            ".belay-c0ffee00-test-1-1.99",
            ".belay-c0ffee00-test-1-2-1.1",
            ".belay-deadbeef-test-1-1.1",
            ".belay-c0ffee00-test-1-old")) {
      Files.createDirectory(output.resolve(other));
    }
    world.run(publishing(7));
    assertThat(names())
        .containsExactly(
            ".belay-c0ffee00-test-1-1.99",
            ".belay-c0ffee00-test-1-2-1.1",
            ".belay-c0ffee00-test-1-old",
            ".belay-deadbeef-test-1-1.1",
            "_SUCCESS",
            "a.tsv",
            "b.tsv");
  }

  @Test
  void aManifestIsCarriedOutTwiceWithoutHarm() throws IOException {
    world.run(publishing(7));
    Manifest manifest = world.reporter.all().get(1).getPrepared().getManifest();
    world.run(publishing(8).setManifest(manifest));
    assertThat(world.reporter.last().hasPublished()).isTrue();
    assertPublished("new");
  }

  @Test
  void aForeignFileThatCameInBetweenIsNotReplacedAndNothingStaysStaged() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    Files.writeString(output.resolve("a.tsv"), "foreign");
    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitEnd(task);
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage()).contains("a.tsv");
    assertThat(names()).containsExactly("a.tsv");
    assertThat(output.resolve("a.tsv")).hasContent("foreign");
  }

  @Test
  void whoeverHasLostTheLeaseRemovesNothing() throws IOException {
    AtomicInteger started = new AtomicInteger();
    world.reporter.script(
        report ->
            report.hasPrepared()
                ? null
                : report.hasStarted() && started.getAndIncrement() > 0
                    ? Verdict.REFUSED
                    : Verdict.OK);
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    Files.writeString(output.resolve("a.tsv"), "foreign");
    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitEnd(task);
    assertThat(names()).containsExactly(".belay-c0ffee00-test-1-1.7", "a.tsv");
  }

  @Test
  void aManifestOfAnotherKindIsNotTouched() throws IOException {
    Path precious = Files.createDirectories(directory.resolve("precious"));
    world.run(
        publishing(1)
            .setManifest(Manifest.newBuilder().addStagingDirectories(precious.toString())));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(precious).isDirectory();
  }

  @Test
  void whatCannotBeMovedNowIsTriedAgain() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    world.job.publish = publication -> publish(publication, true, "new");
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    // A directory that is not empty cannot be replaced by a file.
    Files.createDirectories(output.resolve("a.tsv/x"));
    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitTrue(() -> task.progress().getTrouble().contains("a.tsv"));
    assertThat(output.resolve("_SUCCESS")).doesNotExist();
    Files.delete(output.resolve("a.tsv/x"));
    Files.delete(output.resolve("a.tsv"));
    world.advanceUntil(() -> task.ended().isDone());
    assertPublished("new");
  }

  /** Runs a partition that leaves a result and a segment. */
  private void complete(int partition) {
    world.job.run =
        task -> {
          try (OutputStream segment = task.segment("part")) {
            segment.write(("segment " + partition).getBytes(StandardCharsets.UTF_8));
          }
          task.result("count", partition * 10L);
        };
    world.run(world.assignment(TaskKind.PARTITION, partition, 1));
    Completed completed = world.reporter.last().getCompleted();
    world.reporter.completions.add(
        Completion.newBuilder()
            .setIndex(partition)
            .setResult(completed.getResult())
            .addAllSegments(completed.getSegmentsList())
            .build());
  }

  @Test
  void readsResultsAndSegmentsOfAllPartitions() {
    for (int partition = 0; partition < 5; partition++) {
      complete(partition);
    }
    List<String> seen = new ArrayList<>();
    world.job.publish =
        publication -> {
          for (int round = 0; round < 2; round++) {
            for (Publication.Completion completion : publication.completions()) {
              try (InputStream in = publication.open(completion.segments().get(0))) {
                seen.add(
                    completion.integer("count")
                        + " "
                        + new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        + " "
                        + completion.segments().get(0).length());
              }
            }
          }
        };
    world.run(publishing(1));
    assertThat(seen)
        .hasSize(10)
        .startsWith("0 segment 0 9", "10 segment 1 9", "20 segment 2 9")
        .endsWith("40 segment 4 9");
  }

  @Test
  void asksForResultsUntilTheCoordinatorIsBack() {
    complete(0);
    world.reporter.failingPages = 5;
    List<Integer> seen = new ArrayList<>();
    world.job.publish =
        publication -> publication.completions().forEach(one -> seen.add(one.partition()));
    RunningTask task = world.start(publishing(1));
    world.awaitTrue(() -> task.progress().getTrouble().contains("connection refused"));
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(seen).containsExactly(0);
    assertThat(task.progress().getTrouble()).isEmpty();
  }

  @Test
  void aSegmentThatIsDamagedIsForGood() throws IOException {
    complete(0);
    Path file =
        world.storeDirectory.resolve(
            world.reporter.completions.get(0).getSegments(0).getObject().getKey());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
    world.job.publish =
        publication -> {
          for (Publication.Completion completion : publication.completions()) {
            publication.open(completion.segments().get(0)).readAllBytes();
          }
        };
    world.run(publishing(1));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
  }

  @Test
  void outputIsReadThroughAnOutageOfTheStore() {
    byte[] content = new byte[24 << 20];
    new Random(5).nextBytes(content);
    world.job.run =
        task -> {
          try (OutputStream segment = task.segment("part")) {
            segment.write(content);
          }
        };
    world.run(world.assignment(TaskKind.PARTITION, 0, 1));
    world.reporter.completions.add(
        Completion.newBuilder()
            .addAllSegments(world.reporter.last().getCompleted().getSegmentsList())
            .build());
    List<byte[]> seen = new ArrayList<>();
    world.store.opens = Kind.UNAVAILABLE;
    world.job.publish =
        publication -> {
          for (Publication.Completion completion : publication.completions()) {
            try (InputStream in = publication.open(completion.segments().get(0))) {
              byte[] begin = in.readNBytes(1000);
              world.store.failingReads = 3;
              byte[] rest = in.readAllBytes();
              seen.add(begin);
              seen.add(rest);
            }
          }
        };
    RunningTask task = world.start(publishing(1));
    world.awaitTrue(() -> task.progress().getTrouble().contains("no route to host"));
    world.store.opens = null;
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(world.reporter.last().hasPublished()).isTrue();
    assertThat(seen.get(0)).isEqualTo(Arrays.copyOf(content, 1000));
    assertThat(seen.get(1)).isEqualTo(Arrays.copyOfRange(content, 1000, content.length));
    assertThat(world.store.failingReads).isZero();
  }
}
