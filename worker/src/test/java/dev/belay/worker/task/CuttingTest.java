package dev.belay.worker.task;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.belay.runtime.job.Cut;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.Split;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import dev.belay.worker.task.TestJob.Count;
import dev.belay.worker.task.TestJob.Share;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running partition is asked to be cut in two. */
class CuttingTest {
  @TempDir Path directory;
  private TaskWorld world;
  private final CompletableFuture<Void> inTheLoop = new CompletableFuture<>();
  private final AtomicBoolean finish = new AtomicBoolean();

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          while (!finish.get()) {
            count.steps++;
            task.progress(25, 100);
            task.checkpoint(count);
            inTheLoop.complete(null);
          }
        };
    world.job.split =
        (share, count, fraction) ->
            Optional.of(new Cut<>(new Share(share.until() / 2), new Share(share.until())));
  }

  @AfterEach
  void end() {
    finish.set(true);
    world.close();
  }

  private static SplitBounds until(long until) {
    EncodedState encoded = StateCodec.of(List.of(), Share.class).encode(new Share(until));
    return SplitBounds.newBuilder()
        .setTypes(encoded.types())
        .setValue(ByteString.copyFrom(encoded.bytes()))
        .build();
  }

  private Assignment.Builder assignment(long epoch) {
    return world.partition(epoch).setBounds(until(1000));
  }

  private RunningTask startLoop() {
    RunningTask task = world.start(assignment(1));
    inTheLoop.join();
    return task;
  }

  private Report reported(WhatCase what) {
    world.awaitTrue(() -> world.reporter.kinds().contains(what));
    return world.reporter.all().stream()
        .filter(report -> report.getWhatCase() == what)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aCutIsOneReportWithTheStateOfThatMomentAndEndsTheAttempt() {
    RunningTask task = startLoop();
    task.split(0.5);
    world.awaitEnd(task);
    Split split = reported(WhatCase.SPLIT).getSplit();
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.SPLIT);
    assertThat(split.getHead()).isEqualTo(until(500));
    assertThat(split.getTail()).isEqualTo(until(1000));
    assertThat(split.getCheckpoint().getSequence()).isEqualTo(1);
    assertThat(split.getHeadShare()).as("a quarter is done, half of the rest").isEqualTo(0.625);
    assertThat(split.getCheckpoint().getProgress().getTotal()).isEqualTo(62);
  }

  @Test
  void theHeadGoesOnFromTheCutWithinItsBounds() {
    RunningTask task = startLoop();
    task.split(0.5);
    world.awaitEnd(task);
    Split split = reported(WhatCase.SPLIT).getSplit();
    AtomicReference<Share> share = new AtomicReference<>();
    AtomicReference<Long> steps = new AtomicReference<>();
    world.job.run =
        again -> {
          share.set(again.split(Share.class));
          steps.set(again.state(Count.class, Count::new).steps);
        };
    world.run(
        world
            .partition(2)
            .setBounds(split.getHead())
            .addCheckpoints(split.getCheckpoint())
            .setNextSequence(2));
    assertThat(requireNonNull(share.get()).until()).isEqualTo(500);
    assertThat(requireNonNull(steps.get())).isPositive();
  }

  @Test
  void nothingIsDoneBetweenTheCutAndItsAnswer() {
    world.reporter.script(report -> report.hasSplit() ? null : Verdict.OK);
    RunningTask task = startLoop();
    task.split(0.5);
    reported(WhatCase.SPLIT);
    world.awaitWaiting();
    assertThat(task.ended()).isNotDone();
    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitEnd(task);
    assertThat(world.reporter.last().hasSplit()).isTrue();
  }

  @Test
  void aRefusedCutEndsTheAttemptToo() {
    world.reporter.script(report -> report.hasSplit() ? Verdict.REFUSED : Verdict.OK);
    RunningTask task = startLoop();
    task.split(0.5);
    world.awaitEnd(task);
    assertThat(world.reporter.last().hasSplit()).isTrue();
  }

  @Test
  void aJobThatThinksItTooSmallDeclinesAndGoesOn() {
    world.job.split = (share, count, fraction) -> Optional.empty();
    RunningTask task = startLoop();
    task.split(0.5);
    assertThat(reported(WhatCase.SPLIT_DECLINED).getSplitDeclined().getReason())
        .isEqualTo("too little is left");
    finish.set(true);
    world.awaitEnd(task);
    assertThat(world.reporter.last().hasCompleted()).isTrue();
  }

  @Test
  void aSplitThatThrowsDoesNotHarmTheWork() {
    world.job.split =
        (share, count, fraction) -> {
          throw new IllegalStateException("a bug");
        };
    RunningTask task = startLoop();
    task.split(0.5);
    assertThat(reported(WhatCase.SPLIT_DECLINED).getSplitDeclined().getReason()).contains("a bug");
    finish.set(true);
    world.awaitEnd(task);
    assertThat(world.reporter.last().hasCompleted()).isTrue();
  }

  @Test
  void aStoreThatCannotTakeTheCheckpointMakesItDeclined() {
    RunningTask task = startLoop();
    world.store.puts = Kind.UNAVAILABLE;
    task.split(0.5);
    assertThat(reported(WhatCase.SPLIT_DECLINED).getSplitDeclined().getReason())
        .contains("could not be stored");
    assertThat(task.ended()).isNotDone();
  }

  @Test
  void aDrainGoesFirst() {
    AtomicBoolean go = new AtomicBoolean();
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          task.checkpoint(count);
          inTheLoop.complete(null);
          while (!go.get()) {
            Thread.onSpinWait();
          }
          task.checkpoint(count);
        };
    RunningTask task = startLoop();
    task.split(0.5);
    task.drain();
    go.set(true);
    world.awaitEnd(task);
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.CHECKPOINT, WhatCase.RELEASED);
  }

  @Test
  void checkpointNowIsASafePointForItToo() {
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          while (!finish.get()) {
            task.checkpointNow(count);
            inTheLoop.complete(null);
          }
        };
    RunningTask task = startLoop();
    task.split(0.5);
    world.awaitEnd(task);
    assertThat(world.reporter.last().hasSplit()).isTrue();
  }
}
