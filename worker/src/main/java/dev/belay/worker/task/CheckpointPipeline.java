package dev.belay.worker.task;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.time.Now;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.checkpoint.Basis;
import dev.belay.storage.checkpoint.CheckpointDraft;
import dev.belay.storage.checkpoint.CheckpointStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of a partition's checkpoints, at most one on it at a time: serialised on the attempt's
 * thread (the stall, which the interval is chosen from), packed and spooled in the background
 * meanwhile, stored once the segments it lists are durable, then reported; it counts when that is
 * answered. Each builds on the newest that counts, or on the one that was restored: what that holds
 * is not written again.
 *
 * <p>A sequence is used until one under it counts; an object's key only once, since a failed put
 * may have stored something. A store that cannot take it now makes the next one due after a pause,
 * with the state of that time.
 *
 * <p>One that is given up is not waited for: its put ends when the store lets it, and counts for
 * nothing, whichever way that is.
 *
 * <p>{@link #take} and what waits are for the attempt's thread.
 */
final class CheckpointPipeline {
  /** How a checkpoint ended. */
  enum Landing {
    COUNTS,
    /** The store cannot take it now. */
    FAILED,
    /** The next one has to be taken at once, and whole. */
    IN_VAIN,
    /** The attempt has ended. */
    ENDED
  }

  private final Assignment assignment;
  private final CheckpointStore store;
  private final Nearby nearby;
  private final Scratch scratch;
  private final Segments segments;
  private final Background background;
  private final Control control;
  private final CheckpointSchedule schedule;
  private final CheckpointInterval interval;
  private final Backoff backoff;
  private final Supplier<Duration> meanTimeBetweenFailures;

  /** Written where a checkpoint lands, read before the next is taken. */
  private volatile long sequence;

  /** The sequence that was last tried, and how often. */
  private long tried;

  private int tries;
  private CompletableFuture<Landing> flying = CompletableFuture.completedFuture(Landing.COUNTS);

  /** The last one that the coordinator answered was in vain. */
  private volatile boolean inVain;

  /** What the next one builds on. Written where a checkpoint lands. */
  private volatile Basis basis = Basis.NONE;

  private volatile @Nullable CheckpointDraft draft;

  private volatile Duration pause = Duration.ZERO;

  /** One that is on its way is not wanted any more. */
  private volatile boolean givenUp;

  CheckpointPipeline(
      Assignment assignment,
      CheckpointStore store,
      Nearby nearby,
      Scratch scratch,
      Segments segments,
      Background background,
      Control control,
      CheckpointSchedule schedule,
      CheckpointInterval interval,
      Backoff backoff,
      Supplier<Duration> meanTimeBetweenFailures) {
    this.assignment = assignment;
    this.store = store;
    this.nearby = nearby;
    this.scratch = scratch;
    this.segments = segments;
    this.background = background;
    this.control = control;
    this.schedule = schedule;
    this.interval = interval;
    this.backoff = backoff;
    this.meanTimeBetweenFailures = meanTimeBetweenFailures;
    this.sequence = Math.max(1, assignment.getNextSequence());
    control.whenEnded(this::cancel);
  }

  /**
   * What is still on the way helps nobody any more: once this has returned, nothing is reported.
   * For the attempt's thread.
   */
  void giveUp() {
    synchronized (this) {
      givenUp = true;
    }
    cancel();
  }

  /**
   * As {@link #giveUp}, on any thread, so without its lock: a report that is refused at once may
   * end other attempts.
   */
  private void cancel() {
    givenUp = true;
    CheckpointDraft last = draft;
    if (last != null) {
      last.cancel();
    }
  }

  /** Goes on from a checkpoint. */
  void resume(Basis restored) {
    basis = restored;
  }

  /** Begins the time to the next checkpoint. */
  void begin() {
    schedule.after(interval.first());
  }

  /** Returns once nothing is on the way. */
  private void awaitIdle() {
    Landing unused = control.await(flying);
  }

  /** Returns once a checkpoint of this state counts. */
  void saveAndWait(Snapshot state, Progress progress) {
    awaitIdle();
    while (control.await(take(state, progress)) != Landing.COUNTS) {
      // It is this thread that tries again; no one need call it to a safe point.
      schedule.idle();
      control.pause(pause);
    }
  }

  /**
   * Takes a checkpoint, while none is on the way: when this returns, the state may change.
   *
   * @throws dev.belay.storage.state.UnwritableStateException if it cannot be saved
   */
  CompletableFuture<Landing> take(Snapshot state, Progress progress) {
    return take(state, progress, stored -> Report.newBuilder().setCheckpoint(stored));
  }

  /**
   * As {@link #take(Snapshot, Progress)}, waits for it, and reports it as part of something else.
   *
   * @return whether that counts
   */
  boolean saveWithin(
      Snapshot state, Progress progress, Function<Checkpoint, Report.Builder> report) {
    awaitIdle();
    return control.await(take(state, progress, report)) == Landing.COUNTS;
  }

  private CompletableFuture<Landing> take(
      Snapshot state, Progress progress, Function<Checkpoint, Report.Builder> report) {
    Now began = control.ticker().now();
    Checkpoint.Builder what =
        Checkpoint.newBuilder()
            .setSequence(sequence)
            .setEpoch(assignment.getLease().getEpoch())
            .setProgress(progress)
            .setCreatedMillis(began.wallMillis());
    tries = sequence == tried ? tries + 1 : 1;
    tried = sequence;
    String key = key(tried, tries);
    CompletableFuture<List<Segment>> output = segments.durable();
    CheckpointDraft draft = store.draft(scratch::path, basis);
    this.draft = draft;
    // Small ones are stored when they are written, large ones from then on that they are large.
    CompletableFuture<Void> worthStoring = new CompletableFuture<>();
    draft.whenLarge(() -> worthStoring.complete(null));
    CompletableFuture<Landed> answered =
        worthStoring
            .thenCompose(begun -> output)
            .thenCompose(all -> store(draft, key, what.addAllSegments(all).build()))
            .thenCompose(stored -> report(stored, report))
            .whenComplete(
                (landed, thrown) -> {
                  if (thrown != null) {
                    draft.cancel();
                  }
                });
    CompletableFuture<Void> written = new CompletableFuture<>();
    CompletableFuture<Landing> landing =
        written
            .thenCompose(all -> answered)
            .handle(
                (landed, thrown) -> {
                  if (givenUp) {
                    return Landing.ENDED;
                  }
                  // Before the next one can be taken.
                  state.landed(landed != null && landed.counts());
                  return landed(landed, thrown);
                })
            .whenComplete((l, t) -> draft.close());
    if (givenUp) {
      draft.cancel();
    }
    boolean serialised = false;
    try {
      write(state, draft, worthStoring);
      serialised = true;
    } finally {
      if (!serialised) {
        // Of the state's own fault, or the memory's: it comes out of here.
        draft.close();
      }
    }
    interval.measured(Duration.ofNanos(control.ticker().now().nanos() - began.nanos()));
    schedule.taken(interval.next(meanTimeBetweenFailures.get()));
    flying = landing;
    written.complete(null);
    return landing;
  }

  /** What fails but for the state's own reasons fails like a put. */
  private static void write(
      Snapshot state, CheckpointDraft draft, CompletableFuture<Void> worthStoring) {
    try {
      state.writeTo(draft);
      draft.finish();
      worthStoring.complete(null);
    } catch (StoreException e) {
      draft.cancel();
      worthStoring.completeExceptionally(e);
    }
  }

  private record Stored(Checkpoint checkpoint, Basis basis) {}

  private record Landed(Answer answer, Stored stored) {
    boolean counts() {
      return answer.getVerdict() == Answer.Verdict.OK;
    }
  }

  private CompletableFuture<Stored> store(CheckpointDraft draft, String key, Checkpoint what) {
    if (givenUp) {
      return CompletableFuture.failedFuture(tooLate());
    }
    return background.submit(
        () -> {
          if (givenUp) {
            throw tooLate();
          }
          Checkpoint stored = draft.storeAs(key, assignment.getLease().getTask(), what);
          nearby.stored(key, draft);
          return new Stored(stored, draft.asBasis());
        });
  }

  private CompletableFuture<Landed> report(
      Stored stored, Function<Checkpoint, Report.Builder> report) {
    CompletableFuture<Answer> answered;
    // Of one with which the partition completes, this comes before that or not at all.
    synchronized (this) {
      if (givenUp) {
        return CompletableFuture.failedFuture(tooLate());
      }
      answered = control.report(report.apply(stored.checkpoint));
    }
    return answered.thenApply(answer -> new Landed(answer, stored));
  }

  private static StoreException tooLate() {
    return StoreException.givenUp("the partition went on without the checkpoint");
  }

  /** Of the keys of all checkpoints of a partition. */
  static String prefix(Assignment assignment) {
    return "%s/p%d/"
        .formatted(assignment.getKeyPrefix(), assignment.getLease().getTask().getIndex());
  }

  /** The partition is done: none of them is read again. */
  void over() {
    giveUp();
    nearby.over();
  }

  /** Used once, by this attempt alone. */
  private String key(long sequence, int tryNumber) {
    Epoch epoch = assignment.getLease().getEpoch();
    return "%s%d-%d-%d-%d.ckpt"
        .formatted(
            prefix(assignment), epoch.getGeneration(), epoch.getCounter(), sequence, tryNumber);
  }

  private Landing landed(@Nullable Landed landed, @Nullable Throwable thrown) {
    if (thrown != null || landed == null) {
      return failed(Background.cause(thrown == null ? new NullPointerException("answer") : thrown));
    }
    Answer answer = landed.answer;
    return switch (answer.getVerdict()) {
      case OK -> counts(landed.stored);
      case WRITE_FULL -> inVain(answer.getMessage());
      default -> {
        control.hear(answer);
        yield Landing.ENDED;
      }
    };
  }

  private Landing counts(Stored stored) {
    basis = stored.basis;
    nearby.counts(stored.checkpoint.getReferencesList());
    sequence++;
    inVain = false;
    backoff.reset();
    control.troubles().clear(Troubles.Kind.CHECKPOINT);
    schedule.landed();
    return Landing.COUNTS;
  }

  /** The next one at once; but one refused again waits, lest the two sides go round in circles. */
  private Landing inVain(String why) {
    basis = Basis.NONE;
    if (inVain) {
      return later("the coordinator does not take the checkpoint: " + why);
    }
    inVain = true;
    pause = Duration.ZERO;
    schedule.landedInVain();
    return Landing.IN_VAIN;
  }

  private Landing later(String trouble) {
    control.troubles().set(Troubles.Kind.CHECKPOINT, trouble);
    pause = backoff.next();
    schedule.landedAfterFailure(pause);
    return Landing.FAILED;
  }

  private Landing failed(Throwable thrown) {
    if (thrown instanceof StoreException failure && StoreFailures.mayPass(failure)) {
      if (failure.kind() == Kind.CORRUPT || failure.kind() == Kind.MISSING) {
        // What was to be copied of it is lost; the next one does without.
        basis = Basis.NONE;
      }
      return later(
          "the checkpoint cannot be stored, the work goes on without: " + failure.getMessage());
    }
    control.endFor(thrown);
    return Landing.ENDED;
  }
}
