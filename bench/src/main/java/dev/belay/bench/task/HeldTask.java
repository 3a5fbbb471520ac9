package dev.belay.bench.task;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.ParameterSpec;
import dev.belay.runtime.job.Planning;
import dev.belay.runtime.job.Task;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.cache.LocalCache;
import dev.belay.worker.task.RunningTask;
import dev.belay.worker.task.SystemTicker;
import dev.belay.worker.task.TaskLog;
import dev.belay.worker.task.TaskSettings;
import dev.belay.worker.task.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A partition under way, put together as a worker does it, whose job is to do what it is told: like
 * a car on a test bench, the engine is the real one and only the road is missing. In place of the
 * coordinator stands somebody who answers OK at once.
 *
 * @param <S> the type of its state
 */
public final class HeldTask<S> implements AutoCloseable {
  private static final String NAME = "held";
  private static final int BACKGROUND_THREADS = 2;

  private final BlockingQueue<Step<S, ?>> steps = new LinkedBlockingQueue<>();
  private final Approval approval = new Approval();
  private final ExecutorService background = Executors.newFixedThreadPool(BACKGROUND_THREADS);
  private final SystemTicker ticker = new SystemTicker();
  private final Tasks tasks;
  private final RunningTask running;

  /** Something to do on the task's thread. */
  @FunctionalInterface
  public interface Work<S, R> {
    R run(Task task, S state) throws Exception;
  }

  /**
   * @param stateTypes that the state is made of, beside its own
   * @param interval of checkpoints; zero: chosen automatically
   * @param meanTimeBetweenFailures as the coordinator would have observed it; zero: unknown
   */
  public HeldTask(
      Class<S> type,
      Supplier<S> fresh,
      List<Class<?>> stateTypes,
      ObjectStore store,
      Path scratch,
      Duration interval,
      Duration meanTimeBetweenFailures) {
    this(
        task -> task.state(type, fresh),
        stateTypes,
        store,
        scratch,
        interval,
        meanTimeBetweenFailures);
  }

  /**
   * As above, of which the state may have more to it than an object.
   *
   * @param begin what the job does first
   */
  public HeldTask(
      Function<Task, S> begin,
      List<Class<?>> stateTypes,
      ObjectStore store,
      Path scratch,
      Duration interval,
      Duration meanTimeBetweenFailures) {
    tasks =
        new Tasks(
            Map.of(NAME, new ObedientJob<>(begin, stateTypes, steps)),
            store,
            LocalCache.none(),
            approval,
            TaskSettings.DEFAULTS,
            "bench",
            scratch,
            background,
            ticker,
            TaskLog.NONE);
    tasks.meanTimeBetweenFailures(meanTimeBetweenFailures.toMillis());
    running = tasks.start(assignment(interval));
  }

  private static Assignment assignment(Duration interval) {
    return Assignment.newBuilder()
        .setLease(
            Lease.newBuilder()
                .setTask(TaskId.newBuilder().setJob("held-1").setKind(TaskKind.PARTITION))
                .setEpoch(Epoch.newBuilder().setGeneration(1).setCounter(1)))
        .setSpec(JobSpec.newBuilder().setJob(NAME).setCheckpointIntervalMillis(interval.toMillis()))
        .setKeyPrefix("bench/held-" + Long.toString(System.nanoTime(), Character.MAX_RADIX))
        .setSplits(1)
        .setNextSequence(1)
        .build();
  }

  /** Does something on the task's thread, and waits for it. */
  public <R> R call(Work<S, R> work) {
    CompletableFuture<R> result = new CompletableFuture<>();
    steps.add(new Step<>(work, result));
    CompletableFuture.anyOf(result, running.ended()).join();
    if (!result.isDone()) {
      throw new IllegalStateException("the task has ended: " + approval.lastFailure());
    }
    return result.join();
  }

  /** How many checkpoints have counted. */
  public int checkpoints() {
    return approval.checkpoints();
  }

  @Override
  public void close() {
    running.stop("measured");
    // Wakes it up.
    steps.add(new Step<>((task, state) -> true, new CompletableFuture<>()));
    tasks.close();
    ticker.close();
    background.shutdown();
  }

  private record Step<S, R>(Work<S, R> work, CompletableFuture<R> result) {
    void run(Task task, S state) {
      try {
        result.complete(work.run(task, state));
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    }
  }

  private record ObedientJob<S>(
      Function<Task, S> begin, List<Class<?>> stateTypes, BlockingQueue<Step<S, ?>> steps)
      implements Job {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "does what it is told";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public void plan(Planning planning) {
      throw new IllegalStateException("its only partition is given");
    }

    @Override
    public void run(Task task) throws InterruptedException {
      S state = begin.apply(task);
      while (true) {
        task.checkpoint(state);
        steps.take().run(task, state);
      }
    }
  }
}
