package dev.belay.coordinator.core;

import dev.belay.runtime.proto.ClusterFounded;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.ObjectsDeleted;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The coordinator as a deterministic state machine: {@link #decide} reads the state and says what
 * follows, {@link #apply} alone changes it. No clock, thread, random or IO; the same commands at
 * the same times make the same events.
 *
 * <p>The recipe for the loop around it, for a batch of commands:
 *
 * <ol>
 *   <li>for each command: {@code decide}, {@code apply} each event, append them as one record of
 *       the journal;
 *   <li>the same once more with a Place command: what waits is assigned once a batch;
 *   <li>sync the journal; only then carry out the effects of the decisions, in order, and then
 *       those of {@link #announce}.
 * </ol>
 *
 * <p>If anything in it throws, the process must end: the state in memory may be half changed, and
 * the journal is the truth. After a start: {@link #restore} or {@link #apply} everything that the
 * journal has, then {@link #resume} once.
 *
 * <p>Two kinds of state. Hard state ({@link ClusterState}) is what the events add up to. Soft state
 * ({@link Liveness}, {@link LiveProgress}) is what is believed of workers; decisions change it as
 * they go, and a restart learns it anew. Not safe for use by several threads.
 */
public final class Core implements StateMachine {
  /** Between two looks at the clock while there is anyone to watch. */
  private static final long TICK_NANOS = 50_000_000L;

  /** Of epochs, in a new cluster. */
  public static final int FIRST_GENERATION = 1;

  private final ClusterState state = new ClusterState();
  private final EventApplier applier = new EventApplier(state);
  private final LiveProgress progress = new LiveProgress();
  private final Yields yields = new Yields();
  private final Garbage garbage = new Garbage(state);
  private final Generations generations = new Generations(state);
  private final SplitRequests splits = new SplitRequests();
  private final Capacity capacity = new Capacity(state.holdings);
  private final Speculation speculation = new Speculation(progress, capacity);
  private final Liveness liveness;
  private final Announcements announcements;
  private final Sessions sessions;
  private final Reports reports;
  private final Submissions submissions;
  private final JobControl control;
  private final Drains drains;
  private final Conclusions conclusions = new Conclusions(state);
  private final Queries queries;
  private final Descriptions descriptions;
  private final JobProgress jobProgress = new JobProgress(state, progress);
  private final Placer placer;
  private final Benching benching;
  private final StragglerWatch stragglers;
  private final Foresight foresight;
  private final StoreReach storeReach = new StoreReach(capacity, state.holdings, progress, yields);
  private final Restorations restorations;
  private final CheckpointPages checkpoints;
  private final Orphans orphans = new Orphans(state, garbage);

  /**
   * A core without a past.
   *
   * @param store the URL of the store that workers are told
   */
  public Core(Timing timing, String store) {
    JobNames names = new JobNames(state);
    state.holdings.watch(progress);
    state.holdings.watch(jobProgress);
    liveness = new Liveness(timing);
    announcements = new Announcements(state, liveness, yields, splits);
    Exhaustion exhaustion = new Exhaustion(RetryPolicy.DEFAULT);
    sessions =
        new Sessions(
            state, liveness, jobProgress, timing, store, yields, announcements, exhaustion);
    reports = new Reports(state, liveness, yields, splits, exhaustion);
    submissions = new Submissions(state, names);
    control = new JobControl(state, names, yields);
    drains = new Drains(state, liveness, capacity);
    placer = new Placer(state, liveness, RetryPolicy.DEFAULT, capacity, yields, exhaustion);
    descriptions =
        new Descriptions(
            liveness,
            progress,
            jobProgress,
            yields,
            names,
            new Trouble(state, liveness, progress, placer.alone()),
            new StoreTrouble(state.holdings, liveness));
    queries = new Queries(state, liveness, descriptions);
    benching = new Benching(state, liveness, capacity);
    stragglers =
        new StragglerWatch(
            state.holdings, liveness, progress, yields, splits, placer::pool, speculation);
    restorations = new Restorations(state, names);
    checkpoints = new CheckpointPages(names, store);
    foresight = new Foresight(liveness, capacity, drains, timing);
  }

  /** What follows from a command, given what is known. Changes no hard state. */
  @Override
  public Decision decide(Command command, Now now) {
    liveness.look(now.nanos());
    return switch (command.getKindCase()) {
      case FROM_WORKER -> fromWorker(command, command.getFromWorker(), now);
      case STREAM_CLOSED -> sessions.closed(command, now);
      case LIST_COMPLETIONS ->
          Decision.of(queries.completions(command, command.getListCompletions()));
      case SUBMIT -> submissions.submit(command, command.getSubmit(), now);
      case LIST_JOBS -> Decision.of(queries.list(command));
      case DESCRIBE_JOB -> Decision.of(descriptions.describe(command, command.getDescribeJob()));
      case CANCEL_JOB -> control.cancel(command, command.getCancelJob(), now);
      case PAUSE_JOB -> control.pause(command, command.getPauseJob().getJob(), now);
      case RESUME_JOB -> control.resume(command, command.getResumeJob().getJob(), now);
      case STOP_JOB -> control.stop(command, command.getStopJob().getJob(), now);
      case RETRY_JOB -> control.retry(command, command.getRetryJob(), now);
      case RESTART_JOB -> control.restart(command, command.getRestartJob(), now);
      case DRAIN_WORKER -> drains.drain(command, command.getDrainWorker());
      case LIST_WORKERS -> Decision.of(queries.workers(command));
      case LIST_CHECKPOINTS -> Decision.of(checkpoints.list(command, command.getListCheckpoints()));
      case RESTORE_CHECKPOINT -> restorations.restore(command, command.getRestoreCheckpoint(), now);
      case COLLECT -> orphans.collect(command, command.getCollect(), now);
      case DELETION_DONE -> deleted(command.getDeletionDone(), now);
      case TICK -> tick(command, now);
      case PLACE -> place(now);
      case FOUND_GENERATION -> generations.found(command.getFoundGeneration(), now);
      case FOUND -> found(command.getFound().getCluster(), now);
      case KIND_NOT_SET -> throw new IllegalArgumentException("a command without a kind");
    };
  }

  private Decision fromWorker(Command command, FromWorker message, Now now) {
    return switch (message.getKindCase()) {
      case HELLO -> heardOf(command, sessions.hello(command, message.getHello(), now));
      case HEARTBEAT -> heartbeat(command, message.getHeartbeat(), now);
      case REPORT -> {
        Decision decision = reports.decide(command, message.getReport(), now);
        benching.observe(decision.events(), now.nanos());
        foresight.observe(liveness.on(command.getStream()), decision.events());
        yield decision;
      }
      case RESYNC -> sessions.resync(command);
      // Of a newer worker: nothing that this coordinator could do.
      case KIND_NOT_SET -> new Decision(List.of(), List.of());
    };
  }

  private Decision heartbeat(Command command, Heartbeat heartbeat, Now now) {
    Decision decision = sessions.heartbeat(command, heartbeat, now);
    WorkerRecord worker = liveness.on(command.getStream());
    if (worker != null) {
      storeReach.heard(worker, heartbeat.getSigns().getStore(), command.getReceivedNanos());
      decision = decision.with(foresight.heard(worker, heartbeat, command.getReceivedNanos()));
    }
    return heardOf(command, decision);
  }

  private Decision place(Now now) {
    Decision.Draft concluded = new Decision.Draft(now.wallMillis());
    conclusions.draw(concluded);
    // Where there is any, the state is about to change, and what waits is looked at after that.
    if (concluded.size() > 0) {
      return concluded.done();
    }
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    // What a lease left behind that was only given up may be needed where it is alive: see Closing.
    if (liveness.anyConnected()) {
      garbage.sweep(draft);
    }
    return draft.with(placer.place(now)).with(stragglers.look(now)).done();
  }

  /** A worker may be new, or another than before: what there is to place to is, too. */
  private Decision heardOf(Command command, Decision decision) {
    WorkerRecord worker = liveness.on(command.getStream());
    if (worker != null) {
      capacity.refresh(worker);
    }
    return decision;
  }

  private Decision tick(Command tick, Now now) {
    capacity.prune(liveness);
    benching.tick(now.nanos());
    // Not stamped: nothing waits.
    long heardUntil = tick.getReceivedNanos() == 0 ? now.nanos() : tick.getReceivedNanos();
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    draft.with(sessions.tick(heardUntil, now));
    if (liveness.anyConnected()) {
      garbage.expire(draft, now.wallMillis());
    }
    return draft.done();
  }

  private Decision found(String cluster, Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    if (founded()) {
      return draft.done();
    }
    return draft
        .add(
            draft
                .event()
                .setClusterFounded(
                    ClusterFounded.newBuilder()
                        .setCluster(cluster)
                        .setEpochGeneration(FIRST_GENERATION)))
        .done();
  }

  private Decision deleted(DeletionDone done, Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    JobRecord job = state.job(done.getJob());
    if (job == null || (!done.getAll() && !job.released.containsAll(done.getKeysList()))) {
      return draft.done();
    }
    return draft
        .add(
            draft
                .event()
                .setObjectsDeleted(
                    ObjectsDeleted.newBuilder()
                        .setJob(done.getJob())
                        .addAllKeys(done.getKeysList())
                        .setAll(done.getAll())))
        .done();
  }

  /** Takes in a fact: one just decided, or one from the journal. */
  @Override
  public void apply(Event event) {
    applier.apply(event);
    jobProgress.applied(event);
  }

  /** Takes in an entry of a snapshot. */
  @Override
  public void restore(SnapshotEntry entry) {
    state.restore(entry);
  }

  /** Writes all of the hard state. */
  @Override
  public void snapshot(Consumer<SnapshotEntry> out) {
    state.snapshot(out);
  }

  /** Whether there is a cluster; if not, it must be founded before anything else. */
  public boolean founded() {
    return !state.cluster.isEmpty();
  }

  /** Of epochs; 0: not founded yet. */
  public int generation() {
    return state.epochGeneration;
  }

  /**
   * Looks whether all that was taken in adds up, the long way.
   *
   * @throws IllegalStateException if it does not
   */
  public void check() {
    Invariants.check(state);
  }

  public String cluster() {
    return state.cluster;
  }

  /**
   * After a start: whom to wait for, and what was left undone.
   *
   * @throws IllegalStateException if what was taken in does not add up
   */
  @Override
  public List<Effect> resume(Now now) {
    Invariants.check(state);
    liveness.look(now.nanos());
    state.holdings.drainChanges();
    jobProgress.countAll();
    sessions.expectHolders(now.nanos());
    control.resumeYields(now.nanos());
    List<Effect> effects = new ArrayList<>();
    for (JobRecord job : state.jobs.values()) {
      if (job.releasedAll || !job.released.isEmpty()) {
        effects.add(
            new Effect.Delete(
                job.id, state.prefix(job), List.copyOf(job.released), job.releasedAll));
      }
    }
    return effects;
  }

  /** To be called after a batch: what changed for whom. */
  @Override
  public List<Effect> announce() {
    return announcements.changes();
  }

  /** For tests of what holds at any time. */
  Liveness liveness() {
    return liveness;
  }

  /** For tests of what holds at any time. */
  Capacity capacity() {
    return capacity;
  }

  /** For tests of what holds at any time. */
  JobProgress jobProgress() {
    return jobProgress;
  }

  /** For tests of what holds at any time. */
  ClusterState state() {
    return state;
  }

  /**
   * For tests: a second attempt, as if the first were found to be slow; none if there is no room.
   */
  Decision speculate(Hold first, Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    capacity.settle();
    Pool pool = placer.pool(first.task.job);
    if (pool != null) {
      speculation.begin(first, pool, draft);
    }
    return draft.done();
  }

  /** For tests: who was asked to give what back. */
  Yields yields() {
    return yields;
  }

  /** How long the loop may sleep, at most, before it gives a Tick. */
  @Override
  public long tickNanos() {
    return TICK_NANOS;
  }
}
