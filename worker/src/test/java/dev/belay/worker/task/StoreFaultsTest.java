package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.SegmentWriter;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.Segment;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.segment.SegmentInput;
import dev.belay.worker.task.TestJob.Count;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints and segments, while the store takes them and while it does not. */
class StoreFaultsTest {
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

  @Test
  void computingGoesOnWhileTheDiskIsFull() {
    List<String> troubles = new ArrayList<>();
    RunningTask[] own = new RunningTask[1];
    world.holdBackground = true;
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          world.store.puts = Kind.UNAVAILABLE;
          for (count.steps = 1; count.steps <= 100; count.steps++) {
            if (count.steps == 80) {
              world.store.puts = null;
            }
            task.progress(count.steps, 100);
            world.ticker.advance(TaskWorld.INTERVAL);
            task.checkpoint(count);
            while (!world.background.isEmpty()) {
              world.background.remove().run();
            }
            troubles.add(own[0].progress().getTrouble());
          }
        };
    own[0] = world.start(world.partition(1));
    world.awaitEnd(own[0]);

    assertThat(troubles.subList(0, 78)).allMatch(trouble -> trouble.contains("no space left"));
    assertThat(troubles.get(99)).isEmpty();
    assertThat(world.store.tried()).doesNotHaveDuplicates();
    // Backed off: far fewer tries than intervals.
    assertThat(world.store.tried().size()).isBetween(20, 60);
    Checkpoint first = world.reporter.checkpoints().get(0);
    assertThat(first.getSequence()).isEqualTo(1);
    assertThat(first.getProgress().getDone()).isBetween(80L, 90L);
    assertThat(world.reporter.last().hasCompleted()).isTrue();
  }

  private static void write(SegmentWriter segment, String text) throws IOException {
    try (segment) {
      segment.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void aCheckpointListsTheSegmentsThatWereClosedBefore() {
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          write(task.segment("a"), "first");
          SegmentWriter open = task.segment("open");
          open.write(1);
          task.checkpointNow(count);
          write(task.segment("b"), "second");
          SegmentWriter given = task.segment("given up");
          given.write(1);
          given.discard();
          given.close();
        };
    world.run(world.partition(1));
    assertThat(world.reporter.checkpoints().get(0).getSegmentsList())
        .extracting(Segment::getName)
        .containsExactly("a");
    assertThat(world.reporter.last().getCompleted().getSegmentsList())
        .extracting(Segment::getName)
        .containsExactly("a", "b");
    assertThat(world.reporter.last().getCompleted().getSegmentsList())
        .extracting(Segment::getBytes)
        .containsExactly(5L, 6L);
  }

  @Test
  void aSegmentCanBeReadFromTheStore() throws IOException {
    world.job.run = task -> write(task.segment("a"), "content");
    world.run(world.partition(1));
    Segment segment = world.reporter.last().getCompleted().getSegments(0);
    try (SegmentInput in = SegmentInput.open(world.store, segment.getObject())) {
      assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("content");
    }
  }

  @Test
  void aRestoreGoesOnWithTheSegmentsOfItsCheckpointAlone() {
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          write(task.segment("kept"), "x");
          task.checkpointNow(count);
          write(task.segment("forgotten"), "y");
          throw new IllegalStateException("dies");
        };
    world.run(world.partition(1));
    Checkpoint last = world.reporter.checkpoints().get(0);
    world.job.run =
        task -> {
          task.state(Count.class, Count::new);
          write(task.segment("again"), "y");
        };
    world.run(world.partition(2).addCheckpoints(last).setNextSequence(2));
    assertThat(world.reporter.last().getCompleted().getSegmentsList())
        .extracting(Segment::getName)
        .containsExactly("kept", "again");
  }

  @Test
  void completionWaitsForSegmentsThatTheStoreCannotTake() throws IOException {
    world.store.puts = Kind.UNAVAILABLE;
    world.job.run = task -> write(task.segment("a"), "first");
    RunningTask task = world.start(world.partition(1));
    world.advanceUntil(() -> world.store.tried().size() > 5);
    assertThat(task.progress().getTrouble()).contains("no space left");
    assertThat(world.reporter.kinds()).doesNotContain(WhatCase.COMPLETED);
    world.store.puts = null;
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(world.reporter.last().getCompleted().getSegmentsCount()).isEqualTo(1);
    assertThat(world.store.tried()).doesNotHaveDuplicates();
    assertThat(task.progress().getTrouble()).isEmpty();
    assertThat(world.temporary()).isEmpty();
  }

  @Test
  void aCheckpointIsReportedOnceItsSegmentsAreDurable() {
    world.holdBackground = true;
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          write(task.segment("a"), "first");
          world.ticker.advance(TaskWorld.INTERVAL);
          task.checkpoint(count);
          assertThat(world.background).as("the segment alone").hasSize(1);
          world.background.remove().run();
          assertThat(world.background).as("then the checkpoint").hasSize(1);
          world.background.remove().run();
        };
    world.run(world.partition(1));
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.CHECKPOINT, WhatCase.COMPLETED);
  }

  @Test
  void onlySoManySegmentsWaitForTheStore() {
    world.holdBackground = true;
    List<Integer> closed = new ArrayList<>();
    world.job.run =
        task -> {
          for (int i = 0; i < 20; i++) {
            write(task.segment("s" + i), "x");
            closed.add(i);
          }
        };
    RunningTask task = world.start(world.partition(1));
    int limit = TaskSettings.DEFAULTS.uploads();
    world.awaitTrue(() -> world.background.size() == limit + 1);
    assertThat(closed).hasSize(limit);
    world.holdBackground = false;
    world.awaitTrue(
        () -> {
          Runnable next = world.background.poll();
          if (next != null) {
            next.run();
          }
          return task.ended().isDone();
        });
    assertThat(world.reporter.last().getCompleted().getSegmentsCount()).isEqualTo(20);
  }

  @Test
  void temporaryFilesGoWithTheAttempt() throws IOException {
    world.job.run =
        task -> {
          SegmentWriter open = task.segment("never closed");
          open.write(new byte[10_000_000]);
          throw new IllegalStateException("dies");
        };
    world.run(world.partition(1));
    assertThat(world.temporary()).isEmpty();
  }
}
