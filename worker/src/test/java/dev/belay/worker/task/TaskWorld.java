package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import dev.belay.storage.cache.CachedStore;
import dev.belay.storage.cache.LocalCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A worker's tasks on a real file store, with a coordinator, a clock and a background that obey the
 * test. Unless the test holds it, the background works at once, on whatever thread asks.
 */
final class TaskWorld implements AutoCloseable {
  static final String CLUSTER = "c0ffee00c0ffee00";
  static final String JOB_ID = "test-1";
  static final Duration INTERVAL = Duration.ofSeconds(2);

  final TestJob job = new TestJob();
  final RecordingReporter reporter = new RecordingReporter();
  final ManualTicker ticker = new ManualTicker();
  final Path scratch;
  final Path storeDirectory;
  final FaultyStore store;
  final Tasks tasks;
  final RecordedLog taskLog = new RecordedLog();
  final LinkedBlockingQueue<Runnable> background = new LinkedBlockingQueue<>();
  volatile boolean holdBackground;

  TaskWorld(Path directory) {
    this(directory, TaskSettings.DEFAULTS);
  }

  TaskWorld(Path directory, TaskSettings settings) {
    this(directory, settings, LocalCache.none());
  }

  /** With a cache, as if the store were far away. */
  TaskWorld(Path directory, LocalCache cache) {
    this(directory, TaskSettings.DEFAULTS, cache);
  }

  private TaskWorld(Path directory, TaskSettings settings, LocalCache cache) {
    scratch = directory.resolve("scratch");
    storeDirectory = directory.resolve("store");
    try {
      store = new FaultyStore(Stores.open(Stores.url(storeDirectory)));
    } catch (StoreException e) {
      throw new IllegalStateException(e);
    }
    Executor executor =
        work -> {
          if (holdBackground) {
            background.add(work);
          } else {
            work.run();
          }
        };
    tasks =
        new Tasks(
            Map.of(TestJob.NAME, job),
            new CachedStore(store, cache, Tasks::isCached),
            cache,
            reporter,
            settings,
            CLUSTER,
            scratch,
            executor,
            ticker,
            taskLog);
  }

  static Lease lease(TaskKind kind, int index, long epoch) {
    return Lease.newBuilder()
        .setTask(TaskId.newBuilder().setJob(JOB_ID).setKind(kind).setIndex(index))
        .setEpoch(Epochs.of(1, epoch))
        .build();
  }

  Assignment.Builder assignment(TaskKind kind, int index, long epoch) {
    return Assignment.newBuilder()
        .setLease(lease(kind, index, epoch))
        .setSpec(
            JobSpec.newBuilder()
                .setJob(TestJob.NAME)
                .setCheckpointIntervalMillis(INTERVAL.toMillis()))
        .setKeyPrefix(CLUSTER + "/" + JOB_ID)
        .setNextSequence(1);
  }

  Assignment.Builder partition(long epoch) {
    return assignment(TaskKind.PARTITION, 0, epoch);
  }

  RunningTask start(Assignment.Builder assignment) {
    return tasks.start(assignment.build());
  }

  /** Starts it, and returns when it has ended. */
  void run(Assignment.Builder assignment) {
    awaitEnd(start(assignment));
  }

  /** Time does not pass meanwhile. */
  void awaitEnd(RunningTask task) {
    awaitTrue(() -> task.ended().isDone());
  }

  /** Until the thread of the one attempt waits for something. */
  void awaitWaiting() {
    awaitTrue(
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("belay-" + JOB_ID + "-"))
                .anyMatch(thread -> thread.getState() == Thread.State.WAITING));
  }

  void awaitTrue(BooleanSupplier condition) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(1))
        .until(condition::getAsBoolean);
  }

  /** Lets time pass until something is the case. */
  void advanceUntil(BooleanSupplier condition) {
    awaitTrue(
        () -> {
          ticker.advance(Duration.ofMillis(100));
          return condition.getAsBoolean();
        });
  }

  Failed failure() {
    assertThat(reporter.last().hasFailed()).as("%s", reporter.last()).isTrue();
    return reporter.last().getFailed();
  }

  /** What attempts have in their temporary directories. */
  List<Path> temporary() throws IOException {
    if (!Files.exists(scratch)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(scratch)) {
      return files.filter(file -> !file.equals(scratch)).toList();
    }
  }

  /** Until no attempt has any: it may take as long as a put that reads them. */
  void awaitCleared() {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(1))
        .ignoreExceptions()
        .until(() -> temporary().isEmpty());
  }

  @Override
  public void close() {
    tasks.close();
    store.close();
  }
}
