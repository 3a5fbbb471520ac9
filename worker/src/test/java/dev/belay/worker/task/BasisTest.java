package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.Task;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint builds on: the newest that counts, and nothing that may not. */
class BasisTest {
  private static final int SIZE = 1 << 20;

  @TempDir Path directory;
  private TaskWorld world;

  /** Large enough to be worth it. */
  static final class Large {
    byte[] bytes = new byte[SIZE];
    long steps;

    static Large fresh() {
      return fresh(SIZE);
    }

    static Large fresh(int size) {
      Large large = new Large();
      large.bytes = new byte[size];
      new Random(1).nextBytes(large.bytes);
      return large;
    }
  }

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private static void save(Task task, Large state) {
    state.steps++;
    state.bytes[(int) (state.steps * 100_000 % SIZE)]++;
    task.checkpointNow(state);
  }

  private static void saveThree(Task task) {
    Large state = task.state(Large.class, Large::fresh);
    for (int i = 0; i < 3; i++) {
      save(task, state);
    }
  }

  private static String key(Checkpoint checkpoint) {
    return checkpoint.getObject().getKey();
  }

  private static boolean isWhole(Checkpoint checkpoint) {
    return checkpoint.getReferencesList().equals(List.of(key(checkpoint)))
        && checkpoint.getStoredBytes() > SIZE;
  }

  @Test
  void eachBuildsOnTheOneThatCountsBefore() {
    world.job.run = BasisTest::saveThree;
    world.run(world.partition(1));
    List<Checkpoint> all = world.reporter.checkpoints();
    assertThat(isWhole(all.get(0))).isTrue();
    for (int i = 1; i < 3; i++) {
      assertThat(all.get(i).getReferencesList())
          .startsWith(key(all.get(i)))
          .contains(key(all.get(0)));
      assertThat(all.get(i).getStoredBytes()).isLessThan(SIZE / 2);
      assertThat(all.get(i).getBytes()).isGreaterThan(SIZE);
    }
  }

  @Test
  void whatWasInVainIsWrittenWholeUntilOneCounts() {
    List<Integer> answered = new ArrayList<>();
    world.reporter.script(
        report -> {
          if (!report.hasCheckpoint()) {
            return Verdict.OK;
          }
          answered.add(answered.size());
          return answered.size() == 2 || answered.size() == 3 ? Verdict.WRITE_FULL : Verdict.OK;
        });
    world.job.run = BasisTest::saveThree;
    RunningTask task = world.start(world.partition(1));
    world.advanceUntil(() -> task.ended().isDone());
    List<Checkpoint> all = world.reporter.checkpoints();
    assertThat(all).hasSize(5);
    assertThat(isWhole(all.get(1))).isFalse();
    assertThat(isWhole(all.get(2))).isTrue();
    assertThat(isWhole(all.get(3))).isTrue();
    assertThat(all.get(4).getReferencesList()).containsExactly(key(all.get(4)), key(all.get(3)));
  }

  @Test
  void aFailedPutIsNotBuiltOnAndLosesNothing() {
    world.job.run =
        task -> {
          Large state = task.state(Large.class, Large::fresh);
          save(task, state);
          world.store.puts = Kind.UNAVAILABLE;
          state.steps++;
          world.ticker.advance(TaskWorld.INTERVAL);
          task.checkpoint(state);
          world.store.puts = null;
          save(task, state);
        };
    world.run(world.partition(1));
    List<Checkpoint> all = world.reporter.checkpoints();
    assertThat(world.store.tried()).hasSize(3);
    assertThat(all).hasSize(2);
    assertThat(all.get(1).getReferencesList()).containsExactly(key(all.get(1)), key(all.get(0)));
  }

  @Test
  void aRestoredOneIsBuiltOn() {
    world.job.run = BasisTest::saveThree;
    world.run(world.partition(1));
    List<Checkpoint> before = world.reporter.checkpoints();
    world.run(
        world
            .partition(2)
            .setNextSequence(4)
            .addCheckpoints(before.get(2))
            .addCheckpoints(before.get(1)));
    Checkpoint first = world.reporter.checkpoints().get(3);
    assertThat(first.getReferencesList()).contains(key(first), key(before.get(0)));
    assertThat(first.getStoredBytes()).isLessThan(SIZE / 2);
  }

  @Test
  void afterAFallbackTheOlderOneIsBuiltOn() throws Exception {
    world.job.run = BasisTest::saveThree;
    world.run(world.partition(1));
    List<Checkpoint> before = world.reporter.checkpoints();
    world.store.delete(key(before.get(2)));
    world.run(
        world
            .partition(2)
            .setNextSequence(4)
            .addCheckpoints(before.get(2))
            .addCheckpoints(before.get(1)));
    Checkpoint first = world.reporter.checkpoints().get(3);
    assertThat(first.getReferencesList())
        .contains(key(before.get(0)))
        .doesNotContain(key(before.get(2)));
  }

  /** As with a full one of the store. */
  @Test
  void withAFullScratchDiskTheWorkGoesOn() throws Exception {
    Files.createDirectories(world.scratch.getParent());
    Files.createFile(world.scratch);
    List<String> troubles = new ArrayList<>();
    RunningTask[] own = new RunningTask[1];
    CountDownLatch known = new CountDownLatch(1);
    world.job.run =
        task -> {
          known.await();
          Large state = task.state(Large.class, Large::fresh);
          world.ticker.advance(TaskWorld.INTERVAL);
          task.checkpoint(state);
          troubles.add(own[0].progress().getTrouble());
          Files.delete(world.scratch);
          save(task, state);
          troubles.add(own[0].progress().getTrouble());
        };
    own[0] = world.start(world.partition(1));
    known.countDown();
    world.advanceUntil(() -> own[0].ended().isDone());
    assertThat(troubles.get(0)).contains("cannot be stored").contains("temporary file");
    assertThat(troubles.get(1)).isEmpty();
    assertThat(world.reporter.checkpoints()).hasSize(1);
    assertThat(world.reporter.last().hasCompleted()).isTrue();
  }

  /** A put of a large one is under way before it is written, on a thread of its own. */
  @Test
  void aTaskThatIsStoppedLeavesNoPutBehind() throws Exception {
    world.holdBackground = true;
    Thread background = new Thread(this::workInTheBackground, "test-background");
    background.setDaemon(true);
    background.start();
    RunningTask[] own = new RunningTask[1];
    CountDownLatch known = new CountDownLatch(1);
    world.job.run =
        task -> {
          known.await();
          Large state = task.state(Large.class, () -> Large.fresh(40 << 20));
          world.ticker.advance(TaskWorld.INTERVAL);
          task.checkpoint(state);
          own[0].stop("so says the test");
          task.checkpoint(state);
        };
    own[0] = world.start(world.partition(1));
    known.countDown();
    world.awaitEnd(own[0]);
    assertThat(world.reporter.kinds()).doesNotContain(WhatCase.FAILED, WhatCase.COMPLETED);
    world.awaitCleared();
    background.interrupt();
    background.join(Duration.ofSeconds(10).toMillis());
  }

  @Test
  void aLargeOneIsStoredWhileItIsWritten() throws Exception {
    world.holdBackground = true;
    Thread background = new Thread(this::workInTheBackground, "test-background");
    background.setDaemon(true);
    background.start();
    world.job.run =
        task -> {
          Large state = task.state(Large.class, () -> Large.fresh(40 << 20));
          save(task, state);
          save(task, state);
        };
    world.run(world.partition(1));
    List<Checkpoint> all = world.reporter.checkpoints();
    assertThat(all.get(0).getBytes()).isGreaterThan(40 << 20);
    assertThat(all.get(1).getStoredBytes()).isLessThan(1 << 20);
    assertThat(world.temporary()).isEmpty();
    background.interrupt();
    background.join(Duration.ofSeconds(10).toMillis());
  }

  private void workInTheBackground() {
    try {
      while (true) {
        Thread worker = new Thread(world.background.take(), "test-background-worker");
        worker.setDaemon(true);
        worker.start();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void nothingIsLeftInTheScratchDirectory() throws IOException {
    world.job.run = BasisTest::saveThree;
    world.run(world.partition(1));
    assertThat(world.temporary()).isEmpty();
  }
}
