package dev.belay.bench.jmh;

import dev.belay.bench.store.MemoryStore;
import dev.belay.bench.task.HeldTask;
import dev.belay.runtime.job.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a safe point costs in each step of a tight loop while nothing is due. The same loop without
 * and with it, on the thread of a task that is put together as workers do it. A step is a
 * multiplication and an addition that wait for each other, so nothing can be vectorised away.
 *
 * <p>Two shapes, since they differ: a loop may keep its numbers in local variables and write them
 * to its state for the safe point, or work on the fields of its state.
 *
 * <p>Counted is the processor time of that thread: on a machine of its own the same as time, and on
 * one that others use, too, still what the loop costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(SafePointBenchmark.STEPS)
public class SafePointBenchmark {
  static final int STEPS = 10_000_000;

  private static final long MULTIPLIER = 6_364_136_223_846_793_005L;
  private static final long INCREMENT = 1_442_695_040_888_963_407L;

  private Path scratch;
  private HeldTask<LoopState> task;

  /** What the loop is to go on from. */
  static final class LoopState {
    long position;
    long value;
  }

  @Setup
  public void open() throws IOException {
    scratch = Files.createTempDirectory("belay-bench");
    task =
        new HeldTask<>(
            LoopState.class,
            LoopState::new,
            List.of(),
            new MemoryStore(),
            scratch,
            Duration.ofHours(1),
            Duration.ZERO);
  }

  @TearDown
  public void close() throws IOException {
    task.close();
    Files.deleteIfExists(scratch);
  }

  @Benchmark
  public long localsPlain(ProcessorTime time) {
    return time.of(task, (unused, state) -> localsPlain(state));
  }

  private static long localsPlain(LoopState state) {
    long value = state.value;
    for (int i = 0; i < STEPS; i++) {
      value = value * MULTIPLIER + INCREMENT;
    }
    state.position += STEPS;
    state.value = value;
    return value;
  }

  @Benchmark
  public long localsCheckpoint(ProcessorTime time) {
    return time.of(task, (own, state) -> localsCheckpoint(own, state));
  }

  private static long localsCheckpoint(Task task, LoopState state) {
    long value = state.value;
    for (int i = 0; i < STEPS; i++) {
      value = value * MULTIPLIER + INCREMENT;
      state.position++;
      state.value = value;
      task.checkpoint(state);
    }
    return value;
  }

  @Benchmark
  public long localsCheckpointProgress(ProcessorTime time) {
    return time.of(task, (own, state) -> localsCheckpointProgress(own, state));
  }

  private static long localsCheckpointProgress(Task task, LoopState state) {
    long value = state.value;
    for (int i = 0; i < STEPS; i++) {
      value = value * MULTIPLIER + INCREMENT;
      state.position++;
      state.value = value;
      task.progress(i, STEPS);
      task.checkpoint(state);
    }
    return value;
  }

  @Benchmark
  public long fieldsPlain(ProcessorTime time) {
    return time.of(task, (unused, state) -> fieldsPlain(state));
  }

  private static long fieldsPlain(LoopState state) {
    for (int i = 0; i < STEPS; i++) {
      state.value = state.value * MULTIPLIER + INCREMENT;
      state.position++;
    }
    return state.value;
  }

  @Benchmark
  public long fieldsCheckpoint(ProcessorTime time) {
    return time.of(task, (own, state) -> fieldsCheckpoint(own, state));
  }

  private static long fieldsCheckpoint(Task task, LoopState state) {
    for (int i = 0; i < STEPS; i++) {
      state.value = state.value * MULTIPLIER + INCREMENT;
      state.position++;
      task.checkpoint(state);
    }
    return state.value;
  }

  @Benchmark
  public long fieldsCheckpointProgress(ProcessorTime time) {
    return time.of(task, (own, state) -> fieldsCheckpointProgress(own, state));
  }

  private static long fieldsCheckpointProgress(Task task, LoopState state) {
    for (int i = 0; i < STEPS; i++) {
      state.value = state.value * MULTIPLIER + INCREMENT;
      state.position++;
      task.progress(i, STEPS);
      task.checkpoint(state);
    }
    return state.value;
  }
}
