package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.job.Task;
import dev.belay.runtime.job.TaskEpoch;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.worker.task.TestJob.Count;
import dev.belay.worker.task.TestJob.Share;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition from its assignment to its completion, where nothing goes wrong outside of it. */
class PartitionTest {
  @TempDir Path directory;
  private TaskWorld world;

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** Counts to ten, a checkpoint due after the steps named. */
  private void countToTen(Task task, Integer... dueAfter) {
    Count count = task.state(Count.class, Count::new);
    while (count.steps < 10) {
      count.steps++;
      task.progress(count.steps, 10);
      if (List.of(dueAfter).contains((int) count.steps)) {
        world.ticker.advance(TaskWorld.INTERVAL);
      }
      task.checkpoint(count);
    }
    task.result("steps", count.steps);
  }

  @Test
  void runsToItsCompletion() {
    world.job.run = task -> countToTen(task, 4, 7);
    world.run(world.partition(1));

    assertThat(world.reporter.kinds())
        .containsExactly(
            WhatCase.STARTED, WhatCase.CHECKPOINT, WhatCase.CHECKPOINT, WhatCase.COMPLETED);
    assertThat(world.reporter.checkpoints())
        .extracting(Checkpoint::getSequence)
        .containsExactly(1L, 2L);
    assertThat(world.reporter.checkpoints())
        .extracting(checkpoint -> checkpoint.getProgress().getDone())
        .containsExactly(4L, 7L);
    Completed completed = world.reporter.last().getCompleted();
    assertThat(SmallResult.values(completed.getResult()))
        .containsExactlyEntriesOf(Map.of("steps", 10L));
    assertThat(completed.getProgress().getDone()).isEqualTo(10);
  }

  @Test
  void resumesFromTheLatestCheckpoint() {
    world.job.run = task -> countToTen(task, 4, 7);
    world.run(world.partition(1));
    List<Checkpoint> kept = new ArrayList<>(world.reporter.checkpoints());
    Collections.reverse(kept);
    world.reporter.clear();

    List<Long> seen = new ArrayList<>();
    world.job.run =
        task -> {
          seen.add(task.state(Count.class, Count::new).steps);
        };
    RunningTask task = world.start(world.partition(2).addAllCheckpoints(kept).setNextSequence(3));
    world.awaitEnd(task);
    assertThat(seen).containsExactly(7L);
    assertThat(task.progress().getProgress().getDone()).isEqualTo(7);
    assertThat(world.reporter.all().get(0).getStarted().getResumedFromSequence()).isEqualTo(2);
  }

  @Test
  void goesOnWithTheSequenceItWasGiven() {
    world.job.run = task -> countToTen(task, 4, 7);
    world.run(world.partition(5).setNextSequence(12));
    assertThat(world.reporter.checkpoints())
        .extracting(Checkpoint::getSequence)
        .containsExactly(12L, 13L);
    assertThat(world.reporter.checkpoints())
        .extracting(checkpoint -> checkpoint.getObject().getKey())
        .containsExactly(
            "c0ffee00c0ffee00/test-1/p0/1-5-12-1.ckpt", "c0ffee00c0ffee00/test-1/p0/1-5-13-1.ckpt");
  }

  @Test
  void knowsItself() {
    List<Object> seen = new ArrayList<>();
    world.job.run =
        task -> {
          seen.add(task.partition());
          seen.add(task.epoch());
          seen.add(task.parameters().text("flavour"));
          seen.add(Thread.currentThread().getName());
          seen.add(Thread.currentThread().isDaemon());
        };
    world.run(world.assignment(TaskKind.PARTITION, 3, 17));
    assertThat(seen)
        .containsExactly(3, new TaskEpoch(1, 17), "plain", "belay-test-1-p3-e1.17", true);
  }

  @Test
  void aTaskThatNeverCallsIsDoneWhenItReturns() {
    world.run(world.partition(1));
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.COMPLETED);
  }

  @Test
  void startedIsReportedAtTheFirstSafePointAndNotBefore() {
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          assertThat(world.reporter.kinds()).isEmpty();
          task.checkpoint(count);
          task.checkpoint(count);
          assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED);
        };
    world.run(world.partition(1));
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.COMPLETED);
  }

  @Test
  void whileNothingIsWantedNothingIsLookedAt() {
    world.job.run =
        task -> {
          task.checkpoint(task.state(Count.class, Count::new));
          task.checkpoint("not even what it is given");
        };
    world.run(world.partition(1));
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.COMPLETED);
  }

  @Test
  void dueSaysWhetherACheckpointWouldSave() {
    List<Boolean> seen = new ArrayList<>();
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          seen.add(task.due());
          world.ticker.advance(TaskWorld.INTERVAL);
          seen.add(task.due());
          seen.add(task.due());
          task.checkpoint(count);
          seen.add(task.due());
        };
    world.run(world.partition(1));
    assertThat(seen).containsExactly(false, true, true, false);
    assertThat(world.reporter.checkpoints()).hasSize(1);
  }

  @Test
  void checkpointNowReturnsOnceItCounts() {
    world.reporter.script(
        report ->
            report.hasCheckpoint() ? null : RecordingReporter.answer(Verdict.OK).getVerdict());
    CompletableFuture<Void> returned = new CompletableFuture<>();
    world.job.run =
        task -> {
          task.checkpointNow(task.state(Count.class, Count::new));
          returned.complete(null);
        };
    RunningTask task = world.start(world.partition(1));
    world.awaitTrue(() -> world.reporter.held().size() == 1);
    world.awaitWaiting();
    assertThat(returned).isNotDone();
    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitEnd(task);
    assertThat(returned).isDone();
  }

  @Test
  void atMostOneCheckpointIsOnItsWay() {
    world.holdBackground = true;
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          for (int i = 0; i < 5; i++) {
            count.steps++;
            world.ticker.advance(TaskWorld.INTERVAL);
            task.checkpoint(count);
          }
          assertThat(world.background).hasSize(1);
          world.background.remove().run();
          // What fell due meanwhile is due on landing, with the state of now.
          assertThat(task.due()).isTrue();
          task.checkpoint(count);
          assertThat(world.background).hasSize(1);
          world.background.remove().run();
        };
    world.run(world.partition(1));
    assertThat(world.reporter.checkpoints())
        .extracting(Checkpoint::getSequence)
        .containsExactly(1L, 2L);
  }

  @Test
  void writeFullMeansAtOnceAndUnderTheSameSequence() {
    world.reporter.script(
        report ->
            report.hasCheckpoint() && world.reporter.checkpoints().size() == 1
                ? Verdict.WRITE_FULL
                : Verdict.OK);
    world.job.run = task -> countToTen(task, 4);
    world.run(world.partition(1));
    assertThat(world.reporter.checkpoints())
        .extracting(Checkpoint::getSequence)
        .containsExactly(1L, 1L);
    assertThat(world.reporter.checkpoints())
        .extracting(Checkpoint::getObject)
        .extracting(ObjectRef::getKey)
        .doesNotHaveDuplicates();
    assertThat(world.reporter.checkpoints().get(1).getProgress().getDone()).isEqualTo(5);
  }

  @Test
  void writeFullAgainAndAgainWaitsLonger() {
    world.reporter.script(report -> report.hasCheckpoint() ? Verdict.WRITE_FULL : Verdict.OK);
    List<String> troubles = new ArrayList<>();
    RunningTask[] own = new RunningTask[1];
    CompletableFuture<Void> known = new CompletableFuture<>();
    world.job.run =
        task -> {
          known.join();
          Count count = task.state(Count.class, Count::new);
          world.ticker.advance(TaskWorld.INTERVAL);
          for (int i = 0; i < 1000; i++) {
            task.checkpoint(count);
          }
          troubles.add(own[0].progress().getTrouble());
        };
    own[0] = world.start(world.partition(1));
    known.complete(null);
    world.awaitEnd(own[0]);
    assertThat(world.reporter.checkpoints()).hasSize(2);
    assertThat(troubles.get(0)).contains("so says the test");
  }

  @Test
  void readsItsSplit() {
    world.job.plan =
        planning -> {
          planning.add(new Share(10), 1);
          planning.add(new Share(20), 3);
        };
    world.run(world.assignment(TaskKind.PLAN, 0, 1));
    ObjectRef plan = world.reporter.last().getPlanned().getPlan();
    List<Share> seen = new ArrayList<>();
    world.job.run = task -> seen.add(task.split(Share.class));
    world.run(world.assignment(TaskKind.PARTITION, 1, 2).setPlan(plan).setSplits(2));
    assertThat(seen).containsExactly(new Share(20));
  }

  @Test
  void whatACheckpointTakesIsTheStateItWasBegunWith() {
    List<String> refused = new ArrayList<>();
    world.job.run =
        task -> {
          assertThatThrownBy(() -> task.checkpoint(new Count()))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("task.state");
          Count count = task.state(Count.class, Count::new);
          assertThatThrownBy(() -> task.checkpoint("text"))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("Count");
          assertThatThrownBy(() -> task.state(Count.class, Count::new))
              .isInstanceOf(IllegalStateException.class);
          world.ticker.advance(TaskWorld.INTERVAL);
          assertThatThrownBy(() -> task.checkpoint(new Share(1)))
              .isInstanceOf(IllegalArgumentException.class);
          // What the wrong call asked for is still to be had.
          task.checkpoint(count);
          refused.add("all");
        };
    world.run(world.partition(1));
    assertThat(refused).as("%s", world.reporter.last()).hasSize(1);
    assertThat(world.reporter.checkpoints()).hasSize(1);
  }

  @Test
  void anInterruptThatTheJobLeavesBehindChangesNothing() {
    world.holdBackground = true;
    List<Boolean> kept = new ArrayList<>();
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          Thread.currentThread().interrupt();
          task.checkpointNow(count);
          kept.add(Thread.currentThread().isInterrupted());
        };
    RunningTask task = world.start(world.partition(1));
    world.awaitTrue(() -> world.background.size() == 1);
    world.background.remove().run();
    world.awaitEnd(task);
    assertThat(kept).containsExactly(true);
    assertThat(world.reporter.last().hasCompleted()).isTrue();
  }

  @Test
  void aJobThatIsSlowToASafePointIsToldSoOnce() {
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          goOn.join();
          task.checkpoint(count);
        };
    RunningTask task = world.start(world.partition(1));
    world.awaitTrue(() -> !world.ticker.pending().isEmpty());
    world.ticker.advance(TaskWorld.INTERVAL);
    world.ticker.advance(Duration.ofSeconds(29));
    assertThat(task.progress().getTrouble()).isEmpty();
    world.ticker.advance(Duration.ofSeconds(1));
    assertThat(task.progress().getTrouble()).contains("task.checkpoint");
    goOn.complete(null);
    world.awaitEnd(task);
    assertThat(task.progress().getTrouble()).isEmpty();
    assertThat(world.reporter.checkpoints()).hasSize(1);
  }
}
