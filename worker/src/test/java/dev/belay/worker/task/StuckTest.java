package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.storage.StoreException.Kind;
import dev.belay.worker.task.TestJob.Count;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition whose code passes no safe point for as long as the job allows. */
class StuckTest {
  private static final Duration ALLOWED = Duration.ofSeconds(10);

  @TempDir Path directory;
  private TaskWorld world;
  private final CompletableFuture<Void> hanging = new CompletableFuture<>();
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final AtomicBoolean deaf = new AtomicBoolean();

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
  }

  @AfterEach
  void end() {
    letGo.countDown();
    world.close();
  }

  private void hang() {
    hanging.complete(null);
    while (letGo.getCount() > 0) {
      try {
        letGo.await();
      } catch (InterruptedException e) {
        if (!deaf.get()) {
          return;
        }
      }
    }
  }

  private RunningTask start() {
    Assignment.Builder assignment = world.partition(1);
    assignment.getSpecBuilder().setStuckAfterMillis(ALLOWED.toMillis());
    return world.start(assignment);
  }

  private boolean failed() {
    return !world.reporter.kinds().isEmpty() && world.reporter.last().hasFailed();
  }

  @Test
  void isReportedWithThePlaceAndTheLastLinesAndInterrupted() {
    world.taskLog.lines.add("digging at 42");
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          task.checkpoint(count);
          hang();
        };
    RunningTask task = start();
    hanging.join();
    world.ticker.advance(ALLOWED.minusMillis(1));
    assertThat(failed()).isFalse();
    world.ticker.advance(ALLOWED.dividedBy(10).plusMillis(1));
    Failed failed = world.failure();
    assertThat(failed.getKind()).isEqualTo(Failed.Kind.STUCK);
    assertThat(failed.getMessage()).contains("10000 ms", "StuckTest.hang", "--stuck-after");
    assertThat(failed.getDetail()).contains("StuckTest.hang");
    assertThat(failed.getLogList()).containsExactly("digging at 42");
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.FAILED);
    assertThat(world.taskLog.forgotten).hasSize(1);
  }

  @Test
  void whoDoesNotHearTheInterruptHasFailedAllTheSameAndReportsNothingLater() {
    deaf.set(true);
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          task.checkpoint(count);
          hang();
          task.checkpoint(count);
        };
    RunningTask task = start();
    hanging.join();
    world.ticker.advance(ALLOWED.multipliedBy(2));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.STUCK);
    assertThat(task.ended()).isNotDone();
    letGo.countDown();
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.FAILED);
  }

  @Test
  void aHangBeforeTheFirstSafePointIsOneToo() {
    world.job.run =
        task -> {
          var unused = task.state(Count.class, Count::new);
          hang();
        };
    start();
    hanging.join();
    world.ticker.advance(ALLOWED.multipliedBy(2));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.STUCK);
  }

  @Test
  void whoPassesSafePointsIsNeverStuck() {
    AtomicLong passed = new AtomicLong();
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          while (letGo.getCount() > 0) {
            task.checkpoint(count);
            passed.incrementAndGet();
          }
        };
    RunningTask task = start();
    for (int i = 0; i < 100; i++) {
      long before = passed.get();
      world.awaitTrue(() -> passed.get() > before + 1);
      world.ticker.advance(ALLOWED.dividedBy(2));
    }
    letGo.countDown();
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).doesNotContain(WhatCase.FAILED);
  }

  @Test
  void waitingForTheStoreIsNotHanging() {
    world.store.puts = Kind.UNAVAILABLE;
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          task.checkpointNow(count);
        };
    RunningTask task = start();
    for (int i = 0; i < 100; i++) {
      world.awaitWaiting();
      world.ticker.advance(Duration.ofSeconds(1));
    }
    assertThat(failed()).isFalse();
    world.store.puts = null;
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(world.reporter.last().getWhatCase()).isEqualTo(Report.WhatCase.COMPLETED);
  }
}
