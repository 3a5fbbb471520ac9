package dev.belay.bench.recovery;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.report.Table;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.WorkerDescription;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How long it takes until what people wish has happened: a coordinator and three workers as
 * processes, a real job, and at random moments each command in turn. The clock starts before the
 * call is made. Slots are free when the coordinator says that no lease is out and, on Linux, no
 * process has a thread of the job any more; a partition goes on when it is leased anew and a thread
 * works on it.
 */
public final class ControlBenchmark implements Benchmark {
  private static final long GOAL_MILLIS = 1_000;
  private static final int OPENING_SECONDS = 10;
  private static final int ROUND_SECONDS = 12;

  private static final String PAUSE = "pause to all slots free, final checkpoints in";
  private static final String RESUME = "resume to every partition going on";
  private static final String DRAIN = "drain to the worker's slots free";
  private static final String STOP = "stop to the job stopped, all slots free";
  private static final String RETRY = "retry to every partition going on";
  private static final String CANCEL = "cancel to all slots free";

  @Override
  public String name() {
    return "control";
  }

  @Override
  public String description() {
    return "pause, resume, drain, stop, retry and cancel, until what was wished has happened";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(OPENING_SECONDS + (long) times(conditions) * ROUND_SECONDS);
  }

  private static int times(Conditions conditions) {
    return conditions.profile().smoke() ? 1 : conditions.kills();
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress)
      throws IOException, InterruptedException {
    int times = times(conditions);
    Measures measures = new Measures();
    for (String what : List.of(PAUSE, RESUME, DRAIN, STOP, RETRY, CANCEL)) {
      measures.goal(what, GOAL_MILLIS);
    }
    try (WorkDirectory directory = WorkDirectory.below(conditions.directory());
        Stage stage = new Stage(directory.path(), conditions.seed())) {
      try {
        progress.at("starting a coordinator and " + Stage.WORKERS + " workers");
        stage.open();
        for (int i = 1; i <= times; i++) {
          progress.at("round " + i + " of " + times);
          round(stage, measures);
        }
      } catch (IOException e) {
        throw new IOException(e.getMessage() + stage.cluster.lastWords(), e);
      }
    }
    return List.of(
        measures.table(
            "Commands: %d rounds, %d partitions of primes on %d workers, seed %d"
                .formatted(times, Stage.PARTITIONS, Stage.WORKERS, conditions.seed())));
  }

  private static void round(Stage stage, Measures measures)
      throws IOException, InterruptedException {
    pauseAndResume(stage, measures);
    stopAndRetry(stage, measures);
    // Whoever is drained comes back as a process that has to load and compile everything.
    drain(stage, measures);
    cancel(stage, measures);
  }

  private static void pauseAndResume(Stage stage, Measures measures)
      throws IOException, InterruptedException {
    Partitions before = stage.settled();
    long began = System.nanoTime();
    var unused = stage.client().pause(stage.jobId());
    awaitFree(stage, JobState.JOB_PAUSED);
    measures.since(PAUSE, began);
    began = System.nanoTime();
    unused = stage.client().resume(stage.jobId());
    awaitGoingOn(stage, before, RESUME, began, measures);
  }

  private static void drain(Stage stage, Measures measures)
      throws IOException, InterruptedException {
    Partitions before = stage.settled();
    String worker = stage.victim(before);
    Set<Integer> held = before.heldBy(worker);
    long began = System.nanoTime();
    var unused = stage.client().drain(worker);
    var unusedFree =
        stage.observer.await(
            "the slots of " + worker + " to be free",
            () -> stage.client().workers(),
            workers -> running(workers, worker) == 0);
    measures.since(DRAIN, began);
    var unusedAfter =
        stage.observer.await(
            "its partitions to go on", stage::look, now -> now.wentOn(held, before));
    measures.since("drain to its partitions going on elsewhere", began);
    var unusedGone =
        stage.observer.await(
            "the process of " + worker + " to end", () -> stage.cluster.gone(worker), it -> it);
    measures.since("drain to its process having ended", began);
    stage.cluster.startWorker(worker);
    stage.observer.awaitLive(worker, stage.cluster.pid(worker));
  }

  /** Of one that has left, nothing does. */
  private static int running(List<WorkerDescription> workers, String name) {
    return workers.stream()
        .filter(worker -> worker.getId().equals(name))
        .mapToInt(WorkerDescription::getRunning)
        .sum();
  }

  private static void stopAndRetry(Stage stage, Measures measures)
      throws IOException, InterruptedException {
    Partitions before = stage.settled();
    long began = System.nanoTime();
    var unused = stage.client().stop(stage.jobId());
    awaitFree(stage, JobState.JOB_STOPPED);
    measures.since(STOP, began);
    began = System.nanoTime();
    unused = stage.client().retry(stage.jobId());
    awaitGoingOn(stage, before, RETRY, began, measures);
  }

  private static void cancel(Stage stage, Measures measures)
      throws IOException, InterruptedException {
    var unusedSettled = stage.settled();
    long began = System.nanoTime();
    var unused = stage.client().cancel(stage.jobId());
    awaitFree(stage, JobState.JOB_CANCELLED);
    measures.since(CANCEL, began);
    stage.submitAnew();
  }

  private static void awaitFree(Stage stage, JobState state)
      throws IOException, InterruptedException {
    JobSummary unused =
        stage.observer.await(
            "the job to be " + state + " and its slots to be free",
            () -> stage.client().describe(stage.jobId(), true).getSummary(),
            job -> job.getState() == state && job.getRunning() == 0 && noThread(stage));
  }

  private static boolean noThread(Stage stage) {
    return threads(stage) <= 0;
  }

  /** Of all workers; negative where the system does not tell. */
  private static int threads(Stage stage) {
    return stage.cluster.workers().stream()
        .mapToInt(worker -> stage.cluster.threadsAtWork(worker, stage.jobId()))
        .sum();
  }

  /** A lease anew for each, and a thread that works under it. */
  private static void awaitGoingOn(
      Stage stage, Partitions before, String what, long began, Measures measures)
      throws IOException, InterruptedException {
    Partitions now =
        stage.observer.await(
            "every partition to go on",
            stage::look,
            it -> it.wentOn(before.indexes(), before) && enoughThreads(stage, it));
    measures.since(what, began);
    String who = stage.tookOverWarm(now, now.indexes()) ? "workers that had" : "one that had not";
    measures.since(what.split(" ")[0] + ", with " + who + " worked before", began);
  }

  private static boolean enoughThreads(Stage stage, Partitions now) {
    int threads = threads(stage);
    return threads < 0 || threads >= now.count();
  }
}
