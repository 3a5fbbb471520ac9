package dev.belay.worker.task;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.segment.SegmentInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Runs what is assigned to this worker: makes of each assignment an {@link Attempt}, with a thread
 * and everything else of its own. What attempts share is the store, the reporter, the ticker, and
 * the threads in the background. Thread-safe.
 */
public final class Tasks implements TaskStarter, AutoCloseable {
  /** How long a close waits for tasks that were stopped. */
  private static final Duration LEAVE = Duration.ofSeconds(2);

  private final Map<String, Job> jobs;
  private final ObjectStore store;
  private final CheckpointStore checkpoints;
  private final Reporter reporter;
  private final TaskSettings settings;
  private final String cluster;
  private final Scratch scratch;
  private final Executor background;
  private final Ticker ticker;
  private final Disk disk = new Disk();
  private final Set<Attempt> running = ConcurrentHashMap.newKeySet();
  private volatile Duration meanTimeBetweenFailures = Duration.ZERO;

  /**
   * @param jobs the code that this worker has, by {@link Job#name}
   * @param cluster the cluster's id
   * @param scratch a directory of this worker's own, for temporary files
   * @param background runs what blocks: stores checkpoints and output; a few threads, or as many as
   *     it takes
   */
  public Tasks(
      Map<String, Job> jobs,
      ObjectStore store,
      Reporter reporter,
      TaskSettings settings,
      String cluster,
      Path scratch,
      Executor background,
      Ticker ticker) {
    this.jobs = Map.copyOf(jobs);
    this.store = store;
    this.checkpoints = new CheckpointStore(store);
    this.reporter = reporter;
    this.settings = settings;
    this.cluster = cluster;
    this.scratch = new Scratch(scratch, disk);
    this.background = background;
    this.ticker = ticker;
  }

  @Override
  public RunningTask start(Assignment assignment) {
    Lease lease = assignment.getLease();
    String name = name(lease);
    Control control = new Control(lease, reporter, ticker, new Troubles(name));
    Attempt attempt =
        new Attempt(lease, name, control, work(assignment, name, control), settings, scratch);
    running.add(attempt);
    var unused = attempt.ended().thenRun(() -> running.remove(attempt));
    attempt.start();
    return attempt;
  }

  @Override
  public void meanTimeBetweenFailures(long millis) {
    meanTimeBetweenFailures = Duration.ofMillis(Math.max(0, millis));
  }

  /** Stops what still runs, waits a moment for it to leave, and removes the temporary files. */
  @Override
  public void close() {
    List<Attempt> left = List.copyOf(running);
    left.forEach(attempt -> attempt.stop("the worker shuts down"));
    CompletableFuture<?>[] ended =
        left.stream().map(Attempt::ended).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(ended)
        .completeOnTimeout(null, LEAVE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    scratch.close();
  }

  /** As in "wordcount-7-p3-e1.17"; also the name of a directory. */
  private static String name(Lease lease) {
    TaskId task = lease.getTask();
    String step =
        task.getKind() == TaskKind.PARTITION
            ? "p" + Integer.toUnsignedString(task.getIndex())
            : task.getKind().name().toLowerCase(java.util.Locale.ROOT);
    return task.getJob() + "-" + step + "-e" + Epochs.text(lease.getEpoch());
  }

  /** The job's own code may fail here already: that is the attempt's failure. */
  private Work work(Assignment assignment, String name, Control control) {
    try {
      return workOf(assignment, name, control);
    } catch (RuntimeException | LinkageError e) {
      return () -> {
        throw e;
      };
    }
  }

  private Work workOf(Assignment assignment, String name, Control control) {
    String code = assignment.getSpec().getJob();
    Job job = jobs.get(code);
    if (job == null) {
      throw new BadInputException(
          "this worker has no code for job \"" + code + "\"; it has " + jobs.keySet());
    }
    Map<String, String> given = new LinkedHashMap<>();
    for (Parameter parameter : assignment.getSpec().getParametersList()) {
      given.put(parameter.getKey(), parameter.getValue());
    }
    Parameters parameters = Parameters.of(job, given);
    return switch (assignment.getLease().getTask().getKind()) {
      case PLAN -> plan(assignment, name, job, parameters, control);
      case PARTITION -> partition(assignment, name, job, parameters, control);
      case PUBLISH -> publish(assignment, job, parameters, control);
      case TASK_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new BadInputException(
              "this worker does not know this kind of task; it is older than the coordinator");
    };
  }

  private Work plan(
      Assignment assignment, String name, Job job, Parameters parameters, Control control) {
    return () ->
        new PlanWork(
                assignment,
                job,
                parameters,
                scratch.directory(name),
                store,
                control,
                patience(control, Troubles.Kind.PLAN))
            .run();
  }

  private Work publish(Assignment assignment, Job job, Parameters parameters, Control control) {
    Lease lease = assignment.getLease();
    StagingName names = new StagingName(cluster, lease.getTask().getJob());
    Patience patience = patience(control, Troubles.Kind.PUBLISH);
    StagedPublication publication =
        new StagedPublication(
            lease,
            names,
            parameters,
            new Completions(lease, reporter, control, patience),
            segment -> SegmentInput.open(store, segment.getObject()),
            disk,
            control::checkOrRelease);
    return new PublishWork(assignment, job, control, names, publication, patience, disk);
  }

  private Work partition(
      Assignment assignment, String name, Job job, Parameters parameters, Control control) {
    Background own = new Background(background);
    return new PartitionWork(
        job,
        control,
        own,
        () ->
            new PartitionSession(
                assignment, parameters, control, parts(assignment, name, job, control, own)));
  }

  private PartitionParts parts(
      Assignment assignment, String name, Job job, Control control, Background own)
      throws IOException {
    StateFormat states = new StateFormat(job.stateTypes());
    Segments segments =
        new Segments(assignment, scratch.directory(name), store, own, control, settings);
    SafePointWatch watch =
        new SafePointWatch(
            name, Thread.currentThread(), settings.patience(), ticker, control.troubles());
    CheckpointSchedule schedule =
        new CheckpointSchedule(
            ticker,
            () -> {
              watch.expect();
              control.signal();
            });
    CheckpointPipeline pipeline =
        new CheckpointPipeline(
            assignment,
            states,
            checkpoints,
            segments,
            own,
            control,
            schedule,
            new CheckpointInterval(
                Duration.ofMillis(assignment.getSpec().getCheckpointIntervalMillis()), settings),
            new Backoff(settings),
            () -> meanTimeBetweenFailures);
    Restore restore =
        new Restore(
            assignment, states, checkpoints, control, patience(control, Troubles.Kind.RESTORE));
    SplitSource splits =
        new SplitSource(
            assignment, job.stateTypes(), store, control, patience(control, Troubles.Kind.RESTORE));
    return new PartitionParts(splits, states, restore, segments, pipeline, schedule, watch);
  }

  private Patience patience(Control control, Troubles.Kind kind) {
    return new Patience(control, kind, new Backoff(settings));
  }
}
