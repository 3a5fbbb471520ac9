package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.Report.WhatCase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a publication leaves behind that does not come to its end. */
class StagedRemainsTest extends PublishSetting {
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

  /** The job was cancelled while this attempt staged: nobody will ask for these files. */
  @Test
  void whatWasPreparedTooLateIsRemoved() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    world.reporter.held().get(0).refuse(true);
    world.awaitEnd(task);
    world.awaitTrue(() -> Files.notExists(directory.resolve("deep")));
  }

  @Test
  void whatWasPreparedTooLateIsRemovedEvenIfTheAttemptHasLeftBefore() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    task.stop("the job was cancelled");
    world.awaitEnd(task);
    assertThat(names()).isNotEmpty();
    world.reporter.held().get(0).refuse(true);
    world.awaitTrue(() -> Files.notExists(directory.resolve("deep")));
  }

  @Test
  void aRefusalAloneLeavesTheStagedFilesThere() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    world.reporter.held().get(0).refuse(false);
    world.awaitEnd(task);
    assertThat(names()).containsExactly(".belay-c0ffee00-test-1-1.7");
  }
}
