package dev.belay.worker.task;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.cache.LocalCache;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.segment.SegmentInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs what is assigned to this worker: makes of each assignment an {@link Attempt}, with a thread
 * and everything else of its own. What attempts share is the store, the reporter, the ticker, and
 * the threads in the background. Thread-safe.
 */
public final class Tasks implements TaskStarter, AutoCloseable {
  private static final int MOST_KNOWN = 64;

  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9_-]");

  /** How long a close waits for tasks that were stopped. */
  private static final Duration LEAVE = Duration.ofSeconds(2);

  private final Map<String, Job> jobs;
  private final ObjectStore store;
  private final LocalCache cache;
  private final CheckpointStore checkpoints;
  private final Reporter reporter;
  private final TaskSettings settings;
  private final String cluster;
  private final Path scratch;
  private final Executor background;
  private final Ticker ticker;
  private final Disk disk = new Disk();
  private final TaskLog taskLog;
  private final Crew crew = new Crew();
  private final TroubleLog troubleLog = new TroubleLog();

  /** Jobs by id, the ones used last. */
  private final Map<String, KnownJob> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, KnownJob> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  private final Set<Attempt> running = ConcurrentHashMap.newKeySet();
  private volatile Duration meanTimeBetweenFailures = Duration.ZERO;

  /**
   * @param jobs the code that this worker has, by {@link Job#name}
   * @param cache what of the store's checkpoints is on this machine's own disk; the store reads
   *     from it by itself
   * @param cluster the cluster's id
   * @param scratch a directory of this process's own, for temporary files; what an earlier process
   *     left in it is for the caller to remove
   * @param background runs what blocks: stores checkpoints and output; a few threads, or as many as
   *     it takes
   */
  public Tasks(
      Map<String, Job> jobs,
      ObjectStore store,
      LocalCache cache,
      Reporter reporter,
      TaskSettings settings,
      String cluster,
      Path scratch,
      Executor background,
      Ticker ticker,
      TaskLog taskLog) {
    this.jobs = Map.copyOf(jobs);
    this.store = store;
    this.cache = cache;
    this.checkpoints = new CheckpointStore(store, background);
    this.reporter = reporter;
    this.settings = settings;
    this.cluster = cluster;
    this.scratch = scratch;
    this.background = background;
    this.ticker = ticker;
    this.taskLog = taskLog;
  }

  /** Whether an object is worth keeping near: checkpoints, and the plan, which every task reads. */
  public static boolean isCached(String key) {
    return key.endsWith(".ckpt") || key.endsWith(".plan");
  }

  @Override
  public RunningTask start(Assignment assignment) {
    Lease lease = assignment.getLease();
    String name = name(lease);
    Control control = new Control(lease, reporter, ticker, new Troubles(name, troubleLog));
    Scratch own = new Scratch(scratch, name);
    Work work = work(assignment, name, own, control);
    Attempt attempt = new Attempt(lease, name, control, work, settings, own, disk, taskLog, crew);
    running.add(attempt);
    var unused =
        attempt
            .ended()
            .thenRun(
                () -> {
                  running.remove(attempt);
                  control.troubles().leave();
                });
    attempt.start();
    return attempt;
  }

  @Override
  public void meanTimeBetweenFailures(long millis) {
    meanTimeBetweenFailures = Duration.ofMillis(Math.max(0, millis));
  }

  /** Stops what still runs, and waits a moment for it to leave. */
  @Override
  public void close() {
    List<Attempt> left = List.copyOf(running);
    left.forEach(attempt -> attempt.stop("the worker shuts down"));
    CompletableFuture<?>[] ended =
        left.stream().map(Attempt::ended).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(ended)
        .completeOnTimeout(null, LEAVE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    crew.close();
  }

  /** As in "wordcount-7-p3-e1.17"; also the name of a directory. */
  private static String name(Lease lease) {
    TaskId task = lease.getTask();
    String step =
        task.getKind() == TaskKind.PARTITION
            ? "p" + Integer.toUnsignedString(task.getIndex())
            : task.getKind().name().toLowerCase(Locale.ROOT);
    return plain(task.getJob()) + "-" + step + "-e" + Epochs.text(lease.getEpoch());
  }

  /** For a file's name; the ids of jobs are plain, unless the coordinator is damaged. */
  private static String plain(String job) {
    for (int i = 0; i < job.length(); i++) {
      if (!isPlain(job.charAt(i))) {
        return STRANGE.matcher(job).replaceAll("_");
      }
    }
    return job;
  }

  private static boolean isPlain(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '_';
  }

  /** The job's own code may fail here already: that is the attempt's failure. */
  private Work work(Assignment assignment, String name, Scratch own, Control control) {
    try {
      return workOf(assignment, name, own, control);
    } catch (RuntimeException | LinkageError e) {
      return () -> {
        throw e;
      };
    }
  }

  private Work workOf(Assignment assignment, String name, Scratch own, Control control) {
    KnownJob known = known(assignment);
    Job job = known.job();
    Parameters parameters = known.parameters();
    return switch (assignment.getLease().getTask().getKind()) {
      case PLAN -> plan(assignment, own, job, parameters, control);
      case PARTITION -> partition(assignment, name, own, known, control);
      case PUBLISH -> publish(assignment, job, parameters, control);
      case TASK_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new BadInputException(
              "this worker does not know this kind of task; it is older than the coordinator");
    };
  }

  private KnownJob known(Assignment assignment) {
    String id = assignment.getLease().getTask().getJob();
    synchronized (known) {
      KnownJob job = known.get(id);
      if (job == null || !job.isOf(assignment.getSpec())) {
        job = KnownJob.of(id, assignment.getSpec(), jobs);
        known.put(id, job);
      }
      return job;
    }
  }

  private Work plan(
      Assignment assignment, Scratch own, Job job, Parameters parameters, Control control) {
    return new PlanWork(
        assignment,
        job,
        parameters,
        own,
        store,
        control,
        patience(control, Troubles.Kind.PLAN),
        calls(control));
  }

  private Work publish(Assignment assignment, Job job, Parameters parameters, Control control) {
    Lease lease = assignment.getLease();
    StagingName names = new StagingName(cluster, lease.getTask().getJob());
    Patience patience = patience(control, Troubles.Kind.PUBLISH);
    StoreCalls calls = calls(control);
    StagedPublication publication =
        new StagedPublication(
            lease,
            names,
            parameters,
            new Completions(lease, reporter, control, patience),
            segment ->
                PatientInput.open(
                    () -> SegmentInput.open(store, segment.getObject()), patience, calls),
            disk,
            control::checkOrRelease);
    return new PublishWork(
        assignment, job, control, names, publication, patience, disk, background);
  }

  private Work partition(
      Assignment assignment, String name, Scratch own, KnownJob known, Control control) {
    Background elsewhere =
        new Background(background, new StoreWatch(store, ticker, control.troubles()));
    Cutting cutting = new Cutting(known.job(), control);
    if (assignment.getBisect()) {
      return new BisectWork(
          known.job(),
          control,
          elsewhere,
          cutting,
          () -> parts(assignment, name, own, known, control, elsewhere, cutting));
    }
    return new PartitionWork(
        known.job(),
        control,
        elsewhere,
        cutting,
        () ->
            new PartitionSession(
                assignment,
                known.parameters(),
                control,
                parts(assignment, name, own, known, control, elsewhere, cutting)));
  }

  private PartitionParts parts(
      Assignment assignment,
      String name,
      Scratch own,
      KnownJob known,
      Control control,
      Background elsewhere,
      Cutting cutting) {
    StateFormat states = new StateFormat(known);
    Segments segments = new Segments(assignment, own, store, elsewhere, control, settings);
    SafePointWatch watch =
        new SafePointWatch(
            name, Thread.currentThread(), settings.patience(), ticker, control.troubles());
    StuckWatch stuck =
        new StuckWatch(
            Duration.ofMillis(assignment.getSpec().getStuckAfterMillis()),
            ticker,
            control::signal,
            new Hang(name, Thread.currentThread(), assignment.getSpec(), control, taskLog));
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
            checkpoints,
            new Nearby(cache, CheckpointPipeline.prefix(assignment), elsewhere),
            own,
            segments,
            elsewhere,
            control,
            schedule,
            new CheckpointInterval(
                Duration.ofMillis(assignment.getSpec().getCheckpointIntervalMillis()), settings),
            new Backoff(settings),
            () -> meanTimeBetweenFailures);
    StoreCalls calls = new StoreCalls(elsewhere.watch(), control);
    Restore restore =
        new Restore(
            assignment,
            states,
            checkpoints,
            cache,
            control,
            patience(control, Troubles.Kind.RESTORE),
            calls);
    SplitSource splits =
        new SplitSource(
            assignment, known, store, control, patience(control, Troubles.Kind.RESTORE), calls);
    return new PartitionParts(
        splits, states, restore, segments, pipeline, schedule, cutting, watch, stuck);
  }

  private StoreCalls calls(Control control) {
    return new StoreCalls(new StoreWatch(store, ticker, control.troubles()), control);
  }

  private Patience patience(Control control, Troubles.Kind kind) {
    return new Patience(control, kind, new Backoff(settings));
  }
}
