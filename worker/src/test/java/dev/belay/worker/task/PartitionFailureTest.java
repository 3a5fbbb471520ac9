package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Task;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.StoreException.Kind;
import dev.belay.worker.task.TestJob.Count;
import dev.belay.worker.task.TestJob.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A partition whose code, input or state is at fault: what is said of it, and for how long. */
class PartitionFailureTest {
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
  void aPlanThatIsGoneIsPermanent() throws Exception {
    world.run(world.assignment(TaskKind.PLAN, 0, 1));
    ObjectRef plan = world.reporter.last().getPlanned().getPlan();
    world.store.delete(plan.getKey());
    world.job.run = task -> task.split(Share.class);
    world.run(world.partition(2).setPlan(plan));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
  }

  @Test
  void anExceptionIsReportedWithItsPlace() {
    world.job.run =
        task -> {
          throw new IOException("pipe burst");
        };
    world.run(world.partition(1));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.APPLICATION);
    assertThat(world.failure().getMessage()).isEqualTo("IOException: pipe burst");
    assertThat(world.failure().getDetail()).contains("PartitionFailureTest");
  }

  @Test
  void badInputIsPermanent() {
    world.job.run =
        task -> {
          throw new BadInputException("line 7 is no number; mend the input");
        };
    world.run(world.partition(1));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage()).isEqualTo("line 7 is no number; mend the input");
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "stack", "linkage"})
  void errorsOfTheJobsCodeAreTheAttemptsFailureAlone(String what) {
    world.job.run =
        task -> {
          switch (what) {
            case "memory" -> throw new OutOfMemoryError("Java heap space");
            case "stack" -> throw new StackOverflowError();
            default -> throw new NoClassDefFoundError("com/example/Missing");
          }
        };
    world.run(world.partition(1));
    assertThat(world.failure().getKind())
        .isEqualTo(what.equals("memory") ? Failed.Kind.OUT_OF_MEMORY : Failed.Kind.APPLICATION);
    world.job.run = task -> {};
    world.run(world.partition(2));
    assertThat(world.reporter.last().hasCompleted()).isTrue();
  }

  @Test
  void anUnknownJobIsPermanent() {
    var assignment = world.partition(1);
    assignment.getSpecBuilder().setJob("elsewhere");
    world.run(assignment);
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage()).contains("elsewhere").contains("test");
  }

  @Test
  void aJobIdThatLeadsElsewhereIsRefused() throws IOException {
    Path precious = Files.createDirectories(directory.resolve("precious-p0-e1.1"));
    var assignment = world.partition(1);
    assignment.getLeaseBuilder().getTaskBuilder().setJob("../precious");
    world.run(assignment);
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(precious).isDirectory();
  }

  /** A state that cannot be restored: nothing says how to make one. */
  static final class Unsaveable {
    final Thread thread = Thread.currentThread();
  }

  @Test
  void aStateThatCannotBeSavedIsRefusedAtTheStart() {
    List<Object> reached = new ArrayList<>();
    world.job.run = task -> reached.add(task.state(Unsaveable.class, Unsaveable::new));
    world.run(world.partition(1));
    assertThat(reached).isEmpty();
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage()).contains("Unsaveable");
  }

  /** Holds something of a class that nobody registered, only now and then. */
  static final class Holder {
    Object held = "";
  }

  @Test
  void aStateThatCannotBeSavedLaterFailsThenEvenIfTheJobSwallowsIt() {
    world.job.run =
        task -> {
          Holder holder = task.state(Holder.class, Holder::new);
          holder.held = Thread.currentThread();
          try {
            task.checkpointNow(holder);
          } catch (Exception e) {
            // Swallowed, as some code does.
          }
          task.result("done", 1);
        };
    world.run(world.partition(1));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
  }

  @Test
  void anotherThreadIsRefused() {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          Thread other =
              new Thread(
                  () -> {
                    try {
                      task.checkpoint(count);
                    } catch (Throwable t) {
                      thrown.set(t);
                    }
                  });
          other.start();
          other.join();
        };
    world.run(world.partition(1));
    assertThat(thrown.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("belay-test-1-p0-e1.1");
    assertThat(world.reporter.last().hasCompleted()).isTrue();
  }

  @Test
  void aResultThatIsTooLargeIsRefusedClearly() {
    world.job.run = task -> task.result("text", "x".repeat(5000));
    world.run(world.partition(1));
    assertThat(world.failure().getMessage()).contains("\"text\"").contains("4096");
  }

  @Test
  void aStoreThatIsNoLongerSetUpRightIsNoFailureOfTheJob() {
    world.store.puts = Kind.CONFIGURATION;
    world.job.run = task -> countToTen(task, 4);
    world.run(world.partition(1));
    assertThat(world.reporter.last().hasCompleted()).isTrue();
    assertThat(world.reporter.kinds()).doesNotContain(WhatCase.CHECKPOINT, WhatCase.FAILED);
  }
}
