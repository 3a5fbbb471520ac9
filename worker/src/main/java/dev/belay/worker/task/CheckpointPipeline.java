package dev.belay.worker.task;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.time.Now;
import dev.belay.storage.StoreException;
import dev.belay.storage.checkpoint.CheckpointStore;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.UnwritableStateException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of a partition's checkpoints, at most one on it at a time: encoded on the attempt's
 * thread (the stall, which the interval is chosen from), then, in the background, stored once the
 * segments it lists are durable, then reported; it counts when that is answered.
 *
 * <p>A sequence is used until one under it counts; an object's key only once, since a failed put
 * may have stored something. A store that cannot take it now makes the next one due after a pause,
 * with the state of that time.
 *
 * <p>{@link #take} and {@link #awaitIdle} are for the attempt's thread.
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
  private final StateFormat states;
  private final CheckpointStore store;
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

  private volatile Duration pause = Duration.ZERO;

  CheckpointPipeline(
      Assignment assignment,
      StateFormat states,
      CheckpointStore store,
      Segments segments,
      Background background,
      Control control,
      CheckpointSchedule schedule,
      CheckpointInterval interval,
      Backoff backoff,
      Supplier<Duration> meanTimeBetweenFailures) {
    this.assignment = assignment;
    this.states = states;
    this.store = store;
    this.segments = segments;
    this.background = background;
    this.control = control;
    this.schedule = schedule;
    this.interval = interval;
    this.backoff = backoff;
    this.meanTimeBetweenFailures = meanTimeBetweenFailures;
    this.sequence = Math.max(1, assignment.getNextSequence());
  }

  /** Begins the time to the next checkpoint. */
  void begin() {
    schedule.after(interval.first());
  }

  /** Returns once nothing is on the way. */
  void awaitIdle() {
    Landing unused = control.await(flying);
  }

  /** Returns once a checkpoint of this state counts. */
  void saveAndWait(Object state, Progress progress) {
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
   * @throws UnwritableStateException if it cannot be encoded
   */
  CompletableFuture<Landing> take(Object state, Progress progress) {
    return take(state, progress, stored -> Report.newBuilder().setCheckpoint(stored));
  }

  /**
   * As {@link #take(Object, Progress)}, waits for it, and reports it as part of something else.
   *
   * @return whether that counts
   */
  boolean saveWithin(Object state, Progress progress, Function<Checkpoint, Report.Builder> report) {
    awaitIdle();
    return control.await(take(state, progress, report)) == Landing.COUNTS;
  }

  private CompletableFuture<Landing> take(
      Object state, Progress progress, Function<Checkpoint, Report.Builder> report) {
    Now began = control.ticker().now();
    EncodedState encoded = states.encode(state);
    interval.measured(Duration.ofNanos(control.ticker().now().nanos() - began.nanos()));
    schedule.taken(interval.next(meanTimeBetweenFailures.get()));
    Checkpoint.Builder what =
        Checkpoint.newBuilder()
            .setSequence(sequence)
            .setEpoch(assignment.getLease().getEpoch())
            .setBytes(encoded.length())
            .setProgress(progress)
            .setCreatedMillis(began.wallMillis());
    tries = sequence == tried ? tries + 1 : 1;
    tried = sequence;
    String key = key(tried, tries);
    flying =
        segments
            .durable()
            .thenCompose(all -> store(key, what.addAllSegments(all).build(), encoded))
            .thenCompose(stored -> control.report(report.apply(stored)))
            .handle(this::landed);
    return flying;
  }

  private CompletableFuture<Checkpoint> store(String key, Checkpoint what, EncodedState encoded) {
    return background.submit(
        () -> store.write(key, assignment.getLease().getTask(), what, encoded));
  }

  /** Used once, by this attempt alone. */
  private String key(long sequence, int tryNumber) {
    Epoch epoch = assignment.getLease().getEpoch();
    return "%s/p%d/%d-%d-%d-%d.ckpt"
        .formatted(
            assignment.getKeyPrefix(),
            assignment.getLease().getTask().getIndex(),
            epoch.getGeneration(),
            epoch.getCounter(),
            sequence,
            tryNumber);
  }

  private Landing landed(@Nullable Answer answer, @Nullable Throwable thrown) {
    if (thrown != null || answer == null) {
      return failed(Background.cause(thrown == null ? new NullPointerException("answer") : thrown));
    }
    return switch (answer.getVerdict()) {
      case OK -> counts();
      case WRITE_FULL -> inVain(answer.getMessage());
      default -> {
        control.hear(answer);
        yield Landing.ENDED;
      }
    };
  }

  private Landing counts() {
    sequence++;
    inVain = false;
    backoff.reset();
    control.troubles().clear(Troubles.Kind.CHECKPOINT);
    schedule.landed();
    return Landing.COUNTS;
  }

  /** The next one at once; but one refused again waits, lest the two sides go round in circles. */
  private Landing inVain(String why) {
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
      return later(
          "the checkpoint cannot be stored, the work goes on without: " + failure.getMessage());
    }
    control.endFor(thrown);
    return Landing.ENDED;
  }
}
