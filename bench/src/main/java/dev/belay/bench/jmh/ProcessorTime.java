package dev.belay.bench.jmh;

import dev.belay.bench.task.HeldTask;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;

/** Counts the time that a processor worked for the thread of a task, while others may want it. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class ProcessorTime {
  private static final String NANOS = "processorNanos";
  private static final String STEPS = "processorSteps";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** In the iteration so far. */
  public long processorNanos;

  /** In the iteration so far. */
  public long processorSteps;

  /** Has the task do something that takes {@link SafePointBenchmark#STEPS} steps. */
  <S> long of(HeldTask<S> task, HeldTask.Work<S, Long> work) {
    return task.call(
        (own, state) -> {
          long before = THREADS.getCurrentThreadCpuTime();
          long value = work.run(own, state);
          processorNanos += THREADS.getCurrentThreadCpuTime() - before;
          processorSteps += SafePointBenchmark.STEPS;
          return value;
        });
  }

  /** Of a step, if it was counted. */
  static @Nullable Double nanos(IterationResult iteration) {
    Double nanos = counter(iteration, NANOS);
    Double steps = counter(iteration, STEPS);
    return nanos == null || steps == null ? null : nanos / steps;
  }

  private static @Nullable Double counter(IterationResult iteration, String name) {
    Result<?> result = iteration.getSecondaryResults().get(name);
    return result == null ? null : result.getScore();
  }
}
