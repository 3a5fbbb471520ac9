package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointUnusable.Reason;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.storage.StoreException.Kind;
import dev.belay.worker.task.TestJob.Count;
import dev.belay.worker.task.TestJob.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a partition goes on when its checkpoints are damaged, gone, or out of reach. */
class RestoreTest {
  @TempDir Path directory;
  private TaskWorld world;

  /** Newest first: after 7 steps, after 4 steps. */
  private List<Checkpoint> taken = List.of();

  private final List<Long> resumedAt = new ArrayList<>();

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
    world.job.run =
        task -> {
          Count count = task.state(Count.class, Count::new);
          count.steps = 4;
          task.checkpointNow(count);
          count.steps = 7;
          task.checkpointNow(count);
        };
    world.run(world.partition(1));
    List<Checkpoint> checkpoints = world.reporter.checkpoints();
    taken = List.of(checkpoints.get(1), checkpoints.get(0));
    world.reporter.clear();
    world.job.run = task -> resumedAt.add(task.state(Count.class, Count::new).steps);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private Assignment.Builder next() {
    return world.partition(2).addAllCheckpoints(taken).setNextSequence(3);
  }

  private Path file(Checkpoint checkpoint) {
    return world.storeDirectory.resolve(checkpoint.getObject().getKey());
  }

  private List<Report> unusable() {
    return world.reporter.all().stream().filter(Report::hasUnusable).toList();
  }

  /** What hangs fails minutes later only; who would take it over waits as long. */
  @Test
  void aPartitionThatWaitsForAStoreThatHangsIsGivenBackWhenItIsWantedElsewhere() {
    world.store.openGate = new CountDownLatch(1);
    world.store.silence = Optional.of(Duration.ofSeconds(11));
    RunningTask task = world.start(next());
    world.awaitWaiting();
    world.ticker.advance(Duration.ofSeconds(12));
    assertThat(task.progress().getAwaitsStore()).isTrue();
    task.drain();
    world.ticker.advance(Duration.ofSeconds(2));
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.RELEASED);
    assertThat(resumedAt).isEmpty();
  }

  private enum Damage {
    HEADER {
      @Override
      byte[] to(byte[] bytes) {
        bytes[0] ^= 1;
        return bytes;
      }
    },
    STATE {
      @Override
      byte[] to(byte[] bytes) {
        bytes[40] ^= 1;
        return bytes;
      }
    },
    FOOTER {
      @Override
      byte[] to(byte[] bytes) {
        bytes[bytes.length - 1] ^= 1;
        return bytes;
      }
    },
    CUT {
      @Override
      byte[] to(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
      }
    },
    LONGER {
      @Override
      byte[] to(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 10);
      }
    },
    EMPTY {
      @Override
      byte[] to(byte[] bytes) {
        return new byte[0];
      }
    },
    ZEROS {
      @Override
      byte[] to(byte[] bytes) {
        return new byte[bytes.length];
      }
    };

    abstract byte[] to(byte[] bytes);
  }

  private void overwrite(Path file, byte[] bytes) throws IOException {
    Files.delete(file);
    Files.write(file, bytes);
  }

  private void fallsBack(Reason reason) {
    assertThat(resumedAt).containsExactly(4L);
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.UNUSABLE, WhatCase.STARTED, WhatCase.COMPLETED);
    assertThat(unusable().get(0).getUnusable().getSequence()).isEqualTo(2);
    assertThat(unusable().get(0).getUnusable().getReason()).isEqualTo(reason);
    assertThat(world.reporter.all().get(1).getStarted().getResumedFromSequence()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void aDamagedCheckpointFallsBackToTheOneBefore(Damage damage) throws IOException {
    Path newest = file(taken.get(0));
    overwrite(newest, damage.to(Files.readAllBytes(newest)));
    world.run(next());
    fallsBack(Reason.CORRUPT);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyDamagedByteFallsBackToTheOneBefore(long seed) throws IOException {
    Path newest = file(taken.get(0));
    byte[] bytes = Files.readAllBytes(newest);
    Random random = new Random(seed);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    overwrite(newest, bytes);
    world.run(next());
    fallsBack(Reason.CORRUPT);
  }

  @Test
  void aMissingCheckpointFallsBackToTheOneBefore() throws IOException {
    Files.delete(file(taken.get(0)));
    world.run(next());
    fallsBack(Reason.MISSING);
  }

  @Test
  void anotherCheckpointUnderItsKeyIsNotTakenForIt() throws IOException {
    overwrite(file(taken.get(0)), Files.readAllBytes(file(taken.get(1))));
    world.run(next());
    fallsBack(Reason.CORRUPT);
  }

  @Test
  void fallsBackOnlyOnceThatCounts() throws IOException {
    Files.delete(file(taken.get(0)));
    world.reporter.script(report -> report.hasUnusable() ? null : Verdict.OK);
    RunningTask task = world.start(next());
    world.awaitTrue(() -> world.reporter.held().size() == 1);
    world.awaitWaiting();
    assertThat(resumedAt).isEmpty();
    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitEnd(task);
    fallsBack(Reason.MISSING);
  }

  @Test
  void fallsBackNeverIfThatIsRefused() throws IOException {
    Files.delete(file(taken.get(0)));
    world.reporter.script(report -> report.hasUnusable() ? Verdict.REFUSED : Verdict.OK);
    world.run(next());
    assertThat(resumedAt).isEmpty();
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.UNUSABLE);
  }

  @Test
  void allLostFailsWithTheRemedy() throws IOException {
    Files.delete(file(taken.get(0)));
    overwrite(file(taken.get(1)), new byte[100]);
    world.run(next());
    assertThat(resumedAt).isEmpty();
    assertThat(unusable()).hasSize(2);
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage()).contains("--on-lost-checkpoints restart");
  }

  @Test
  void allLostBeginsAnewIfAskedTo() throws IOException {
    Files.delete(file(taken.get(0)));
    Files.delete(file(taken.get(1)));
    Assignment.Builder assignment = next();
    assignment.getSpecBuilder().setOnLostCheckpoints(OnLostCheckpoints.RESTART);
    world.run(assignment);
    assertThat(resumedAt).containsExactly(0L);
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.UNUSABLE, WhatCase.UNUSABLE, WhatCase.COMPLETED);
  }

  private Assignment.Builder within(long seconds) {
    Assignment.Builder assignment = next();
    assignment.getSpecBuilder().setMaxCheckpointAgeMillis(1_000 * seconds);
    return assignment;
  }

  @Test
  void aCheckpointThatIsTooOldIsNotGoneOnFromAndTheRemedyIsSaid() {
    world.ticker.advance(Duration.ofHours(36));
    world.run(within(3_600));
    assertThat(resumedAt).isEmpty();
    assertThat(unusable()).as("nothing is wrong with it").isEmpty();
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage())
        .isEqualTo(
            "its checkpoint 2 is 1.5d old, and --max-checkpoint-age is 1h: 'belay retry test-1"
                + " --max-checkpoint-age any' goes on from it, 'belay restart test-1"
                + " --from-scratch' begins anew");
  }

  @Test
  void aCheckpointThatIsYoungEnoughIsGoneOnFrom() {
    world.ticker.advance(Duration.ofHours(1));
    world.run(within(3_600));
    assertThat(resumedAt).containsExactly(7L);
  }

  @Test
  void theOneBehindADamagedOneMustBeYoungEnoughToo() throws IOException {
    Files.delete(file(taken.get(0)));
    taken = List.of(taken.get(0), taken.get(1).toBuilder().setCreatedMillis(-10_000_000).build());
    world.run(within(3_600));
    assertThat(resumedAt).isEmpty();
    assertThat(unusable()).hasSize(1);
    assertThat(world.failure().getMessage()).contains("its checkpoint 1 is 2.8h old");
  }

  @Test
  void aStoreOutOfReachIsWaitedFor() {
    world.store.opens = Kind.UNAVAILABLE;
    RunningTask task = world.start(next());
    world.awaitTrue(() -> task.progress().getTrouble().contains("no route to host"));
    for (int i = 0; i < 100; i++) {
      world.ticker.advance(TaskWorld.INTERVAL);
    }
    assertThat(world.reporter.kinds()).isEmpty();
    assertThat(task.progress().getAwaitsStore()).isTrue();
    world.store.opens = null;
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(resumedAt).containsExactly(7L);
    assertThat(unusable()).isEmpty();
    assertThat(task.progress().getTrouble()).isEmpty();
    assertThat(task.progress().getAwaitsStore()).isFalse();
  }

  @Test
  void drainedWhileItWaitsItIsGivenBackAtOnce() {
    world.store.opens = Kind.UNAVAILABLE;
    RunningTask task = world.start(next());
    world.awaitTrue(() -> !task.progress().getTrouble().isEmpty());
    task.drain();
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).containsExactly(WhatCase.RELEASED);
  }

  @Test
  void stoppedWhileItWaitsItLeaves() {
    world.store.opens = Kind.UNAVAILABLE;
    RunningTask task = world.start(next());
    world.awaitTrue(() -> !task.progress().getTrouble().isEmpty());
    task.stop("cancelled");
    world.awaitEnd(task);
    assertThat(world.reporter.kinds()).isEmpty();
  }

  @Test
  void aStateClassThatChangedIsForAPersonToMend() {
    world.job.run = task -> task.state(Share.class, () -> new Share(1));
    world.run(next());
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(unusable()).isEmpty();
  }

  @Test
  void theNextSequenceDoesNotGoBack() throws IOException {
    Files.delete(file(taken.get(0)));
    world.job.run = task -> task.checkpointNow(task.state(Count.class, Count::new));
    world.run(next());
    assertThat(world.reporter.checkpoints())
        .extracting(Checkpoint::getSequence)
        .containsExactly(3L);
  }
}
