package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.KeyedState;
import dev.belay.runtime.job.Task;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.worker.task.TestJob.Count;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keyed state is restored with the state that it was saved with, and cheap where little changes.
 */
class KeyedStateTest {
  private static final int KEYS = 20_000;

  @TempDir Path directory;
  private TaskWorld world;
  private final Map<String, Long> seen = new HashMap<>();

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private static KeyedState<String, Long> counts(Task task) {
    return task.keyed("counts", String.class, Long.class);
  }

  /** Many keys, then one more, one changed and one removed. */
  private static void work(Task task) {
    KeyedState<String, Long> counts = counts(task);
    Count count = task.state(Count.class, Count::new);
    for (long i = 0; i < KEYS; i++) {
      counts.put("key-" + i, i * 7);
    }
    task.checkpointNow(count);
    counts.put("new", 1L);
    counts.merge("key-5", 100L, Long::sum);
    counts.remove("key-6");
    count.steps = 2;
    task.checkpointNow(count);
  }

  private static Map<String, Long> expected() {
    Map<String, Long> expected = new HashMap<>();
    for (long i = 0; i < KEYS; i++) {
      expected.put("key-" + i, i * 7);
    }
    expected.put("new", 1L);
    expected.put("key-5", 135L);
    expected.remove("key-6");
    return expected;
  }

  private List<Checkpoint> newestFirst() {
    List<Checkpoint> taken = new ArrayList<>(world.reporter.checkpoints());
    Collections.reverse(taken);
    return taken;
  }

  private void restore(List<Checkpoint> checkpoints) {
    world.reporter.clear();
    world.job.run =
        task -> {
          KeyedState<String, Long> counts = counts(task);
          assertThat(counts.size()).isZero();
          task.state(Count.class, Count::new);
          counts.forEach(seen::put);
        };
    world.run(world.partition(2).addAllCheckpoints(checkpoints).setNextSequence(9));
  }

  @Test
  void whatIsRestoredIsWhatWasSaved() {
    world.job.run = KeyedStateTest::work;
    world.run(world.partition(1));
    restore(newestFirst());
    assertThat(seen).isEqualTo(expected());
  }

  @Test
  void aCheckpointAddsLittleWhereLittleHasChanged() {
    world.job.run = KeyedStateTest::work;
    world.run(world.partition(1));
    List<Checkpoint> taken = world.reporter.checkpoints();
    assertThat(taken.get(1).getStoredBytes()).isLessThan(taken.get(0).getStoredBytes() / 20);
    assertThat(taken.get(1).getReferencesList())
        .contains(taken.get(0).getObject().getKey(), taken.get(1).getObject().getKey());
  }

  @Test
  void aFallBackTakesItBackTogetherWithTheState() throws Exception {
    world.job.run = KeyedStateTest::work;
    world.run(world.partition(1));
    List<Checkpoint> taken = newestFirst();
    Files.delete(world.storeDirectory.resolve(taken.get(0).getObject().getKey()));
    restore(taken);
    assertThat(seen).hasSize(KEYS).containsEntry("key-5", 35L).containsKey("key-6");
  }

  @Test
  void afterACheckpointInVainTheNextHasEverything() {
    List<Verdict> verdicts = new ArrayList<>(List.of(Verdict.OK, Verdict.WRITE_FULL));
    world.reporter.script(
        report -> report.hasCheckpoint() && !verdicts.isEmpty() ? verdicts.remove(0) : Verdict.OK);
    world.job.run = KeyedStateTest::work;
    RunningTask task = world.start(world.partition(1));
    world.advanceUntil(() -> task.ended().isDone());
    List<Checkpoint> taken = newestFirst();
    assertThat(taken).hasSize(3);
    assertThat(taken.get(0).getReferencesList()).containsExactly(taken.get(0).getObject().getKey());
    restore(List.of(taken.get(0)));
    assertThat(seen).isEqualTo(expected());
  }

  @Test
  void aJobThatNoLongerAsksForItFailsAndSaysHowToGoOn() {
    world.job.run = KeyedStateTest::work;
    world.run(world.partition(1));
    List<Checkpoint> taken = newestFirst();
    world.reporter.clear();
    world.job.run = task -> task.state(Count.class, Count::new);
    world.run(world.partition(2).addAllCheckpoints(taken).setNextSequence(9));
    assertThat(world.failure().getMessage()).contains("[counts]", "task.keyed(...)");
  }

  @Test
  void otherTypesAreRefused() {
    world.job.run = KeyedStateTest::work;
    world.run(world.partition(1));
    List<Checkpoint> taken = newestFirst();
    world.reporter.clear();
    world.job.run =
        task -> {
          task.keyed("counts", String.class, String.class);
          task.state(Count.class, Count::new);
        };
    world.run(world.partition(2).addAllCheckpoints(taken).setNextSequence(9));
    assertThat(world.failure().getMessage()).contains("\"counts\" was saved with other types");
  }

  @Test
  void itIsForTheBeginning() {
    world.job.run =
        task -> {
          task.state(Count.class, Count::new);
          counts(task);
        };
    world.run(world.partition(1));
    assertThat(world.failure().getMessage()).contains("before task.state(...)");
  }
}
