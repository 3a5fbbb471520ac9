package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.job.Task;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.worker.task.TestJob.Count;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition that is done while a checkpoint of it is on its way needs that no more. */
class LateCheckpointTest {
  @TempDir Path directory;
  private TaskWorld world;

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
    world.job.run = this::withACheckpoint;
  }

  @AfterEach
  void end() {
    world.store.gate.countDown();
    world.close();
  }

  private void withACheckpoint(Task task) {
    Count count = task.state(Count.class, Count::new);
    task.checkpoint(count);
    world.ticker.advance(TaskWorld.INTERVAL);
    task.checkpoint(count);
  }

  private Thread background() {
    Thread thread = new Thread(world.background.remove(), "test-background");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void completionDoesNotWaitForAPutThatHangs() throws Exception {
    world.holdBackground = true;
    world.store.gate = new CountDownLatch(1);
    CountDownLatch hangs = new CountDownLatch(1);
    world.job.run =
        task -> {
          withACheckpoint(task);
          hangs.await();
        };
    RunningTask task = world.start(world.partition(1));
    world.awaitTrue(() -> !world.background.isEmpty());
    Thread put = background();
    world.awaitTrue(() -> world.store.tried().size() == 1);
    hangs.countDown();
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.COMPLETED);

    // The slot is free: another partition is worked on, beginning to end, while that put hangs.
    world.job.run = next -> next.result("done", 1L);
    world.run(world.assignment(TaskKind.PARTITION, 1, 2));
    assertThat(put.isAlive()).isTrue();
    assertThat(world.reporter.last().getLease().getTask().getIndex()).isEqualTo(1);

    world.store.gate.countDown();
    put.join(Duration.ofSeconds(20).toMillis());
    assertThat(put.isAlive()).isFalse();
    assertThat(world.reporter.checkpoints()).as("nothing after the end").isEmpty();
    assertThat(task.progress().getTrouble()).isEmpty();
    world.awaitCleared();
  }

  @Test
  void aPutThatHasNotBegunNeverDoes() {
    world.holdBackground = true;
    world.run(world.partition(1));
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.COMPLETED);
    world.background.remove().run();
    assertThat(world.store.tried()).isEmpty();
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.COMPLETED);
  }

  @Test
  void aPutThatFailsAfterTheEndIsNoTrouble() {
    world.holdBackground = true;
    world.store.puts = Kind.UNAVAILABLE;
    world.store.gate = new CountDownLatch(1);
    CountDownLatch hangs = new CountDownLatch(1);
    world.job.run =
        task -> {
          withACheckpoint(task);
          hangs.await();
        };
    RunningTask task = world.start(world.partition(1));
    world.awaitTrue(() -> !world.background.isEmpty());
    Thread put = background();
    world.awaitTrue(() -> world.store.tried().size() == 1);
    hangs.countDown();
    world.awaitEnd(task);
    world.store.gate.countDown();
    world.awaitTrue(() -> !put.isAlive());
    assertThat(task.progress().getTrouble()).isEmpty();
    assertThat(world.reporter.last().hasCompleted()).isTrue();
  }

  @Test
  void oneThatWasReportedIsReportedBeforeTheCompletion() {
    world.reporter.script(report -> report.hasCheckpoint() ? null : Verdict.OK);
    RunningTask task = world.start(world.partition(1));
    world.awaitEnd(task);
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.CHECKPOINT, WhatCase.COMPLETED);
    int tries = world.store.tried().size();
    world.reporter.held().get(0).answer(Verdict.WRITE_FULL);
    assertThat(world.store.tried()).hasSize(tries);
    assertThat(task.progress().getTrouble()).isEmpty();
  }

  @Test
  void whatWasGivenUpIsNoFailureOfTheStore() {
    AtomicLong failures = new AtomicLong();
    ObjectStore counting = new ObservedStore(world.store, failed -> failures.incrementAndGet());
    put(counting, "a", StoreException.givenUp("not wanted any more"));
    assertThat(failures).hasValue(0);
    StoreException again = StoreException.givenUp("not wanted any more");
    put(counting, "b", new StoreException(Kind.UNAVAILABLE, "as another says", again));
    assertThat(failures).hasValue(0);
    put(counting, "c", new StoreException(Kind.UNAVAILABLE, "no route to host"));
    assertThat(failures).hasValue(1);
  }

  private static void put(ObjectStore store, String key, StoreException failure) {
    ObjectStore.Body body =
        (OutputStream out) -> {
          throw failure;
        };
    assertThatThrownBy(() -> store.put(key, body)).isInstanceOf(StoreException.class);
  }
}
