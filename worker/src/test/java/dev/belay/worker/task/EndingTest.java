package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.job.TaskStoppedError;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.StoreException.Kind;
import dev.belay.worker.task.TestJob.Count;
import dev.belay.worker.task.TestJob.Share;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts that end before their work is through: stopped, refused, drained. */
class EndingTest {
  @TempDir Path directory;
  private TaskWorld world;
  private final CompletableFuture<Void> inTheLoop = new CompletableFuture<>();
  private final AtomicBoolean completed = new AtomicBoolean();

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
    // Works until it is stopped.
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          while (true) {
            count.steps++;
            task.checkpoint(count);
            inTheLoop.complete(null);
          }
        };
  }

  @AfterEach
  void end() {
    world.close();
  }

  private RunningTask startLoop() {
    RunningTask task = world.start(world.partition(1));
    inTheLoop.join();
    return task;
  }

  @Test
  void aStoppedTaskLeavesAtItsNextSafePointAndReportsNothing() {
    RunningTask task = startLoop();
    task.stop("the job was cancelled");
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED);
  }

  @Test
  void everyLaterCallThrowsAgain() {
    List<String> thrown = new ArrayList<>();
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          inTheLoop.complete(null);
          try {
            while (true) {
              task.checkpoint(count);
            }
          } catch (TaskStoppedError e) {
            thrown.add(String.valueOf(e.getMessage()));
          }
          for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> task.checkpoint(count)).isInstanceOf(TaskStoppedError.class);
          }
          assertThatThrownBy(task::due).isInstanceOf(TaskStoppedError.class);
          assertThatThrownBy(() -> task.checkpointNow(count)).isInstanceOf(TaskStoppedError.class);
          assertThatThrownBy(() -> task.segment("x")).isInstanceOf(TaskStoppedError.class);
          assertThatThrownBy(() -> task.result("x", 1)).isInstanceOf(TaskStoppedError.class);
          completed.set(true);
        };
    RunningTask task = startLoop();
    task.stop("the job was cancelled");
    world.awaitEnd(task);
    assertThat(thrown).containsExactly("the job was cancelled");
    assertThat(completed).isTrue();
    // It returned normally, and is not complete for that.
    assertThat(world.reporter.kinds()).doesNotContain(WhatCase.COMPLETED, WhatCase.FAILED);
  }

  @Test
  void aRefusedCheckpointStopsTheWork() {
    world.reporter.script(report -> report.hasCheckpoint() ? Verdict.REFUSED : Verdict.OK);
    RunningTask task = startLoop();
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.CHECKPOINT);
  }

  @Test
  void aRefusedStartStopsTheWork() {
    world.reporter.script(report -> Verdict.REFUSED);
    RunningTask task = world.start(world.partition(1));
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED);
  }

  @Test
  void aRefusedCompletionIsNoFailure() {
    world.reporter.script(report -> report.hasCompleted() ? Verdict.REFUSED : Verdict.OK);
    world.job.run = task -> {};
    world.run(world.partition(1));
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.COMPLETED);
  }

  /** A thousand tiny partitions a second must not wait for the coordinator's disk one by one. */
  @Test
  void theThreadDoesNotWaitForTheAnswerToACompletion() {
    world.reporter.script(report -> null);
    world.job.run = task -> {};
    world.run(world.partition(1));
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.COMPLETED);
  }

  @Test
  void stoppedWithACheckpointOnItsWayItEndsWithoutThat() {
    world.holdBackground = true;
    RunningTask task = startLoop();
    world.advanceUntil(() -> !world.background.isEmpty());
    task.stop("the lease is gone");
    world.awaitEnd(task);
    world.awaitTrue(() -> threads().isEmpty());
    // The thread has left: what comes now is not for it.
    world.background.remove().run();
    assertThat(world.store.tried()).isEmpty();
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("belay-test-1-"))
        .toList();
  }

  @Test
  void oneThatHangsIsInterruptedAfterAGrace() {
    CountDownLatch never = new CountDownLatch(1);
    world.job.run =
        task -> {
          task.checkpoint(task.state(Count.class, Count::new));
          inTheLoop.complete(null);
          never.await();
        };
    RunningTask task = startLoop();
    task.stop("the job was cancelled");
    world.ticker.advance(Duration.ofMillis(999));
    assertThat(threads()).hasSize(1);
    world.ticker.advance(Duration.ofMillis(1));
    world.awaitEnd(task);
    // The InterruptedException that came out of the job's code is ours.
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED);
  }

  @Test
  void aThrownStopOfTheJobsOwnIsAFailure() {
    world.job.run =
        task -> {
          throw new TaskStoppedError("not by Belay");
        };
    world.run(world.partition(1));
    assertThat(world.failure().getMessage()).contains("not by Belay");
  }

  @Test
  void aReporterThatEndsStopsTheWork() {
    world.reporter.script(report -> report.hasCompleted() ? null : Verdict.OK);
    world.job.run = task -> {};
    RunningTask task = world.start(world.partition(1));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    world.reporter.held().get(0).answer().completeExceptionally(new IllegalStateException("bye"));
    world.awaitEnd(task);
  }

  @Test
  void closingStopsWhatRuns() {
    RunningTask task = startLoop();
    world.tasks.close();
    assertThat(task.ended()).isDone();
  }

  @Test
  void aDrainTakesAFinalCheckpointAndGivesBack() {
    RunningTask task = startLoop();
    task.drain();
    world.awaitEnd(task);
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.CHECKPOINT, WhatCase.RELEASED);
  }

  @Test
  void aDrainWaitsUntilTheCheckpointCounts() {
    world.reporter.script(report -> report.hasCheckpoint() ? null : Verdict.OK);
    RunningTask task = startLoop();
    task.drain();
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    world.awaitWaiting();
    assertThat(world.reporter.kinds()).doesNotContain(WhatCase.RELEASED);
    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitEnd(task);
    assertThat(world.reporter.last().hasReleased()).isTrue();
  }

  @Test
  void aDrainLetsTheJobsOwnCleanupFinishFirst() {
    List<WhatCase> before = new ArrayList<>();
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          try {
            while (true) {
              task.checkpoint(count);
              inTheLoop.complete(null);
            }
          } finally {
            before.addAll(world.reporter.kinds());
          }
        };
    RunningTask task = startLoop();
    task.drain();
    world.awaitEnd(task);
    assertThat(before).doesNotContain(WhatCase.RELEASED);
    assertThat(world.reporter.last().hasReleased()).isTrue();
  }

  @Test
  void aDrainDoesNotInterruptTheJobsOwnCleanup() {
    CompletableFuture<Void> cleaned = new CompletableFuture<>();
    CountDownLatch goOn = new CountDownLatch(1);
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          try {
            while (true) {
              task.checkpoint(count);
              inTheLoop.complete(null);
            }
          } finally {
            goOn.await();
            cleaned.complete(null);
          }
        };
    RunningTask task = startLoop();
    task.drain();
    world.awaitTrue(() -> !world.reporter.checkpoints().isEmpty());
    world.awaitWaiting();
    world.ticker.advance(Duration.ofSeconds(20));
    goOn.countDown();
    world.awaitEnd(task);
    assertThat(cleaned).isDone();
    assertThat(world.reporter.last().hasReleased()).isTrue();
  }

  @Test
  void aDrainWithACheckpointOnItsWayTakesANewerOne() {
    world.holdBackground = true;
    RunningTask task = startLoop();
    world.advanceUntil(() -> !world.background.isEmpty());
    task.drain();
    world.background.remove().run();
    world.awaitTrue(() -> !world.background.isEmpty());
    world.background.remove().run();
    world.awaitEnd(task);
    assertThat(world.reporter.checkpoints())
        .extracting(Checkpoint::getSequence)
        .containsExactly(1L, 2L);
    assertThat(world.reporter.last().hasReleased()).isTrue();
  }

  @Test
  void aDrainThatCannotStoreTriesUntilItCan() {
    world.store.puts = Kind.UNAVAILABLE;
    RunningTask task = startLoop();
    task.drain();
    world.advanceUntil(() -> world.store.tried().size() > 3);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED);
    assertThat(task.progress().getTrouble()).contains("no space left");
    world.store.puts = null;
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.CHECKPOINT, WhatCase.RELEASED);
  }

  @Test
  void aTaskThatIsThroughWhenTheDrainComesCompletes() {
    world.job.run =
        task -> {
          inTheLoop.join();
        };
    RunningTask task = world.start(world.partition(1));
    task.drain();
    inTheLoop.complete(null);
    world.awaitEnd(task);
    assertThat(world.reporter.last().getWhatCase()).isIn(WhatCase.COMPLETED, WhatCase.RELEASED);
  }

  @Test
  void planningIsGivenBackWhenTheWorkerDrains() {
    world.job.plan =
        planning -> {
          while (true) {
            planning.add(new Share(1), 1);
            inTheLoop.complete(null);
          }
        };
    RunningTask task = world.start(world.assignment(TaskKind.PLAN, 0, 1));
    inTheLoop.join();
    task.drain();
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.RELEASED);
  }
}
