package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Planned;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.StoreException.Kind;
import dev.belay.worker.task.TestJob.Share;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Planning from its assignment to the report of the plan. */
class PlanTest {
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

  private Assignment.Builder planning() {
    return world.assignment(TaskKind.PLAN, 0, 1);
  }

  private Planned planned() {
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.PLANNED);
    return world.reporter.last().getPlanned();
  }

  @Test
  void reportsHowManySplitsThereAreAndHowHeavy() throws IOException {
    world.job.plan =
        planning -> {
          for (int i = 1; i <= 1000; i++) {
            planning.add(new Share(i), i);
          }
        };
    world.run(planning());
    assertThat(planned().getSplits()).isEqualTo(1000);
    assertThat(planned().getWeightsList()).hasSize(1000).startsWith(1, 2, 3).endsWith(1000);
    assertThat(world.temporary()).isEmpty();

    List<Share> seen = new ArrayList<>();
    world.job.run = task -> seen.add(task.split(Share.class));
    world.run(
        world
            .assignment(TaskKind.PARTITION, 776, 2)
            .setPlan(world.reporter.last().getPlanned().getPlan()));
    assertThat(seen).containsExactly(new Share(777));
  }

  /** What hangs fails minutes later only; who would take it over waits as long. */
  @Test
  void aPlanThatAStoreHangsOnIsGivenBackWhenItIsWantedElsewhere() {
    world.store.gate = new CountDownLatch(1);
    world.store.silence = Optional.of(Duration.ofSeconds(11));
    RunningTask task = world.start(planning());
    world.awaitTrue(() -> !world.store.tried().isEmpty());
    assertThat(task.progress().getAwaitsStore()).isFalse();
    world.ticker.advance(Duration.ofSeconds(12));
    assertThat(task.progress().getAwaitsStore()).isTrue();
    assertThat(task.progress().getTrouble()).contains("has not answered for over 10 s");
    task.drain();
    world.ticker.advance(Duration.ofSeconds(2));
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.RELEASED);
  }

  /** A request that fails is made again, and the silence counts from there. */
  @Test
  void itIsGivenBackSoonerWhereItIsWantedElsewhereAlready() {
    world.store.gate = new CountDownLatch(1);
    world.store.silence = Optional.of(Duration.ofSeconds(4));
    RunningTask task = world.start(planning());
    world.awaitTrue(() -> !world.store.tried().isEmpty());
    task.drain();
    world.ticker.advance(Duration.ofSeconds(2));
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.RELEASED);
  }

  @Test
  void aSlowStoreIsNoReasonToLeaveAPlanThatIsMade() {
    world.store.gate = new CountDownLatch(1);
    world.store.silence = Optional.of(Duration.ofSeconds(3));
    RunningTask task = world.start(planning());
    world.awaitTrue(() -> !world.store.tried().isEmpty());
    task.drain();
    world.ticker.advance(Duration.ofSeconds(20));
    world.store.gate.countDown();
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.STARTED, WhatCase.PLANNED);
  }

  @Test
  void equalWeightsAreNotSaid() {
    world.job.plan =
        planning -> {
          planning.add(new Share(1), 500);
          planning.add(new Share(2), 500);
        };
    world.run(planning());
    assertThat(planned().getWeightsCount()).isZero();
  }

  @Test
  void hugeWeightsStayRelative() {
    world.job.plan =
        planning -> {
          planning.add(new Share(1), Long.MAX_VALUE);
          planning.add(new Share(2), Long.MAX_VALUE / 2);
          planning.add(new Share(3), 1);
        };
    world.run(planning());
    List<Integer> weights = planned().getWeightsList();
    assertThat(weights.get(0)).isBetween(2 * weights.get(1) - 2, 2 * weights.get(1) + 2);
    assertThat(weights).allMatch(weight -> weight >= 1);
  }

  @Test
  void anEmptyPlanIsAPlan() {
    world.run(planning());
    assertThat(planned().getSplits()).isZero();
    assertThat(planned().hasPlan()).isTrue();
  }

  @Test
  void tellsTheJobWhatWasAskedFor() {
    List<OptionalInt> seen = new ArrayList<>();
    world.job.plan = planning -> seen.add(planning.partitions());
    world.run(planning());
    Assignment.Builder asked = world.assignment(TaskKind.PLAN, 0, 2);
    asked.getSpecBuilder().setPartitions(12);
    world.run(asked);
    assertThat(seen).containsExactly(OptionalInt.empty(), OptionalInt.of(12));
  }

  @Test
  void checksTheInputOnceMore() {
    world.job.check =
        parameters -> {
          throw new BadInputException("input=/x is not there; mount it on every worker");
        };
    List<String> planned = new ArrayList<>();
    world.job.plan = planning -> planned.add("planned");
    world.run(planning());
    assertThat(planned).isEmpty();
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage())
        .isEqualTo("input=/x is not there; mount it on every worker");
  }

  @Test
  void aParameterThatTheWorkersCodeDoesNotKnowIsPermanent() {
    Assignment.Builder assignment = planning();
    assignment
        .getSpecBuilder()
        .addParameters(Parameter.newBuilder().setKey("colour").setValue("red"));
    world.run(assignment);
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage()).contains("colour");
  }

  @Test
  void aSplitThatCannotBeSavedIsPermanent() {
    world.job.plan = planning -> planning.add(Thread.currentThread(), 1);
    world.run(planning());
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
  }

  @Test
  void aStoreThatCannotTakeThePlanIsWaitedFor() {
    world.store.puts = Kind.UNAVAILABLE;
    world.job.plan = planning -> planning.add(new Share(1), 1);
    RunningTask task = world.start(planning());
    world.advanceUntil(() -> world.store.tried().size() > 3);
    assertThat(task.progress().getTrouble()).contains("no space left");
    world.store.puts = null;
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(planned().getSplits()).isEqualTo(1);
    assertThat(world.store.tried()).doesNotHaveDuplicates();
  }
}
