package dev.belay.worker.task;

import com.google.protobuf.ByteString;
import dev.belay.runtime.job.Cut;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Split;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.SplitDeclined;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import dev.belay.storage.state.UnwritableStateException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cutting a partition in two, as the job's code says. Asked for on any thread; done on the
 * attempt's, at a safe point. A cut that the job does not want, or cannot make, is declined, and
 * the work goes on as it is.
 */
final class Cutting {
  private static final Logger log = LoggerFactory.getLogger(Cutting.class);

  /** Bounds travel in assignments and stay in the coordinator's memory. */
  static final int MAX_BOUNDS_BYTES = 64 << 10;

  /** Of what is left, to the head of a split that is bisected, as far as anybody knows. */
  private static final double HALF = 0.5;

  private final Job job;
  private final Control control;

  /** How much of what is left the head should keep; 0: nothing is asked. */
  private volatile double asked;

  Cutting(Job job, Control control) {
    this.job = job;
    this.control = control;
  }

  /**
   * What came of a cut.
   *
   * @param pieces null: there is none
   * @param why there is none, in one line
   */
  record Outcome(@Nullable Pieces pieces, String why) {}

  /** A partition in two pieces, as they are reported. */
  record Pieces(SplitBounds head, SplitBounds tail, Progress headProgress, double headShare) {
    /** The whole report; the checkpoint is that of the cut, or null if no work was done. */
    Report.Builder report(@Nullable Checkpoint checkpoint) {
      Split.Builder split = Split.newBuilder().setHead(head).setTail(tail).setHeadShare(headShare);
      if (checkpoint != null) {
        split.setCheckpoint(checkpoint);
      }
      return Report.newBuilder().setSplit(split);
    }
  }

  /** On any thread. */
  void ask(double fraction) {
    asked = fraction;
    control.signal();
  }

  boolean wanted() {
    return asked > 0;
  }

  /**
   * Does what was asked for.
   *
   * @param state null: the work has not begun
   * @return null: it was declined, and that was said
   */
  @Nullable Pieces cut(SplitSource splits, @Nullable Object state, Progress progress) {
    double fraction = asked;
    asked = 0;
    Outcome outcome =
        fraction > 0 && fraction < 1
            ? cut(splits, state, progress, fraction, false)
            : none("a fraction of " + fraction + " is no cut");
    if (outcome.pieces == null) {
      decline(outcome.why);
    }
    return outcome.pieces;
  }

  /** Cuts in halves, without having been asked; says nothing to anybody. */
  Outcome halve(SplitSource splits, @Nullable Object state, Progress progress) {
    return cut(splits, state, progress, HALF, true);
  }

  /** What the job's code calls the whole split, for people; empty: it has no such words. */
  String words(SplitSource splits) {
    if (!(job instanceof SplittableJob<?, ?> splittable)) {
      return "";
    }
    try {
      return Failures.line(String.valueOf(splits.read(splittable.splitType())));
    } catch (RuntimeException e) {
      log.debug("A split has no words for itself", e);
      return "";
    }
  }

  private Outcome cut(
      SplitSource splits,
      @Nullable Object state,
      Progress progress,
      double fraction,
      boolean bisect) {
    if (!(job instanceof SplittableJob<?, ?> splittable)) {
      return none("the job has no way to split");
    }
    try {
      return pieces(splittable, splits, state, progress, fraction, bisect);
    } catch (UnwritableStateException e) {
      return failed("its pieces cannot be saved: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      return failed("the job's split failed: " + Failures.of(e).getMessage(), e);
    }
  }

  private <P, S> Outcome pieces(
      SplittableJob<P, S> splittable,
      SplitSource splits,
      @Nullable Object state,
      Progress progress,
      double fraction,
      boolean bisect) {
    Class<P> type = splittable.splitType();
    S typed = state == null ? null : splittable.stateType().cast(state);
    Optional<Cut<P>> cut =
        bisect
            ? splittable.bisect(splits.read(type), typed)
            : splittable.split(splits.read(type), typed, fraction);
    if (cut.isEmpty()) {
      return none("too little is left");
    }
    StateCodec codec = StateCodec.of(job.stateTypes(), type);
    SplitBounds head = bounds(codec, cut.get().head());
    SplitBounds tail = bounds(codec, cut.get().tail());
    int largest = Math.max(head.getSerializedSize(), tail.getSerializedSize());
    if (largest > MAX_BOUNDS_BYTES) {
      return none("a piece takes " + largest + " bytes to describe, more than " + MAX_BOUNDS_BYTES);
    }
    double done = share(progress);
    return new Outcome(
        new Pieces(head, tail, headOf(progress, fraction), done + (1 - done) * fraction), "");
  }

  private static <P> SplitBounds bounds(StateCodec codec, P piece) {
    EncodedState encoded = codec.encode(piece);
    return SplitBounds.newBuilder()
        .setTypes(encoded.types())
        .setValue(ByteString.copyFrom(encoded.bytes()))
        .build();
  }

  /** How much of the whole is done; 0 if that is not known. */
  private static double share(Progress progress) {
    return progress.getTotal() <= 0
        ? 0
        : Math.min(1, (double) progress.getDone() / progress.getTotal());
  }

  /** The same work done, of the smaller whole. */
  private static Progress headOf(Progress whole, double fraction) {
    long left = Math.max(0, whole.getTotal() - whole.getDone());
    return whole.getTotal() <= 0
        ? whole
        : whole.toBuilder().setTotal(whole.getTotal() - left + (long) (left * fraction)).build();
  }

  private static Outcome failed(String why, Throwable cause) {
    log.warn("A partition is not split: {}", why, cause);
    return none(why);
  }

  private static Outcome none(String why) {
    return new Outcome(null, Failures.line(why));
  }

  /** Says that the work goes on as it is. */
  void decline(String why) {
    control.tell(
        Report.newBuilder()
            .setSplitDeclined(SplitDeclined.newBuilder().setReason(Failures.line(why))));
  }
}
