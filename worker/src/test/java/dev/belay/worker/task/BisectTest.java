package dev.belay.worker.task;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.belay.runtime.job.Cut;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.Split;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import dev.belay.worker.task.TestJob.Count;
import dev.belay.worker.task.TestJob.Share;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lease that is for cutting a partition in halves, since it fails. */
class BisectTest {
  @TempDir Path directory;
  private TaskWorld world;
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicReference<Long> stepsSeen = new AtomicReference<>();

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
    world.job.run = task -> runs.incrementAndGet();
    world.job.split =
        (share, count, fraction) -> {
          stepsSeen.set(count == null ? -1 : count.steps);
          long middle = (long) (share.until() * fraction);
          return middle == 0
              ? Optional.empty()
              : Optional.of(new Cut<>(new Share(middle), new Share(share.until())));
        };
  }

  @AfterEach
  void end() {
    world.close();
  }

  private static SplitBounds until(long until) {
    EncodedState encoded = StateCodec.of(List.of(), Share.class).encode(new Share(until));
    return SplitBounds.newBuilder()
        .setTypes(encoded.types())
        .setValue(ByteString.copyFrom(encoded.bytes()))
        .build();
  }

  private Assignment.Builder cutting(long epoch, long until) {
    return world.partition(epoch).setBounds(until(until)).setBisect(true);
  }

  /** Of a run that came to 7 steps. */
  private Checkpoint checkpoint() {
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          count.steps = 7;
          task.checkpointNow(count);
          throw new IllegalStateException("no luck");
        };
    world.run(world.partition(1).setBounds(until(1000)));
    world.job.run = task -> runs.incrementAndGet();
    return world.reporter.all().stream()
        .filter(report -> report.hasCheckpoint())
        .findFirst()
        .orElseThrow()
        .getCheckpoint();
  }

  @Test
  void cutsInHalvesAndDoesNoWork() {
    world.run(cutting(1, 1000));
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.SPLIT);
    Split split = world.reporter.last().getSplit();
    assertThat(split.hasCheckpoint()).isFalse();
    assertThat(split.getHead()).isEqualTo(until(500));
    assertThat(split.getTail()).isEqualTo(until(1000));
    assertThat(split.getHeadShare()).isEqualTo(0.5);
    assertThat(requireNonNull(stepsSeen.get())).as("the work has not begun").isEqualTo(-1);
    assertThat(runs).hasValue(0);
  }

  @Test
  void cutsWhatIsLeftAfterTheNewestCheckpoint() {
    Checkpoint checkpoint = checkpoint();
    world.run(cutting(2, 1000).addCheckpoints(checkpoint).setNextSequence(2));
    assertThat(world.reporter.last().hasSplit()).isTrue();
    assertThat(requireNonNull(stepsSeen.get())).isEqualTo(7);
    assertThat(runs).hasValue(0);
  }

  @Test
  void aCheckpointThatIsLostIsFallenBackFromAsEver() {
    Checkpoint gone = checkpoint().toBuilder().setSequence(2).build();
    world.reporter.script(report -> Verdict.OK);
    Assignment.Builder assignment = cutting(2, 1000).setNextSequence(3);
    assignment.addCheckpoints(gone.toBuilder().setObject(gone.getObject().toBuilder().setKey("x")));
    assignment.getSpecBuilder().setOnLostCheckpoints(OnLostCheckpoints.RESTART);
    world.run(assignment);
    assertThat(world.reporter.kinds()).contains(WhatCase.UNUSABLE).endsWith(WhatCase.SPLIT);
    assertThat(requireNonNull(stepsSeen.get())).isEqualTo(-1);
  }

  @Test
  void whatIsTooSmallIsSaidToBeWithTheWordsOfItsCode() {
    world.run(cutting(1, 1));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.INDIVISIBLE);
    assertThat(world.failure().getMessage()).isEqualTo("too little is left");
    assertThat(world.failure().getRange()).isEqualTo("Share[until=1]");
  }

  @Test
  void aSplitThatThrowsMakesItIndivisible() {
    world.job.split =
        (share, count, fraction) -> {
          throw new IllegalStateException("a bug");
        };
    world.run(cutting(1, 1000));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.INDIVISIBLE);
    assertThat(world.failure().getMessage()).contains("a bug");
  }

  @Test
  void aSplitThatHangsIsGivenUp() {
    CountDownLatch never = new CountDownLatch(1);
    world.job.split =
        (share, count, fraction) -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Optional.empty();
        };
    Assignment.Builder assignment = cutting(1, 1000);
    assignment.getSpecBuilder().setStuckAfterMillis(Duration.ofSeconds(10).toMillis());
    RunningTask task = world.start(assignment);
    world.advanceUntil(() -> !world.reporter.all().isEmpty());
    world.awaitEnd(task);
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.STUCK);
  }

  @Test
  void whoeverIsToLeaveGivesItBackUncut() {
    Checkpoint checkpoint = checkpoint();
    world.store.opens = Kind.UNAVAILABLE;
    RunningTask task = world.start(cutting(2, 1000).addCheckpoints(checkpoint));
    world.awaitWaiting();
    task.drain();
    world.awaitEnd(task);
    assertThat(world.reporter.last().hasReleased()).isTrue();
  }

  @Test
  void aRefusedCutEndsTheAttempt() {
    world.reporter.script(report -> Verdict.REFUSED);
    world.run(cutting(1, 1000));
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.SPLIT);
  }
}
