package dev.belay.jobs.simulation.job;

import dev.belay.jobs.simulation.job.Saved.Part;
import dev.belay.jobs.simulation.machine.SimulatedStore.Result;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointUnusable;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Split;
import dev.belay.runtime.proto.SplitDeclined;
import dev.belay.runtime.proto.Started;
import dev.belay.runtime.proto.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds up one range: restores the newest checkpoint that can be read, goes through the numbers in
 * steps, and after each step is at a safe point, where it drains, is cut, or saves.
 */
final class PartitionRun extends TaskRun {
  /** How many numbers between two safe points. */
  private static final int STEP = 10;

  private static final long LINGERS_MILLIS = 1_500;

  private final Range range;
  private final Pipeline pipeline;
  private RangeState state;
  private long resumedFrom;
  private boolean started;
  private double cut;

  PartitionRun(Workplace at, Assignment assignment) {
    super(at, assignment);
    range = Bounds.in(assignment, job);
    pipeline = new Pipeline(this, range);
    state = new RangeState(range.from(), 0);
  }

  @Override
  Progress progress() {
    return Pipeline.progress(range, state);
  }

  @Override
  public void begin() {
    restore(0);
  }

  /** Wants the partition cut in two at the next safe point. */
  @Override
  public void split(double fraction) {
    cut = fraction;
  }

  // ---- where it goes on

  private void restore(int index) {
    if (draining()) {
      release();
    } else if (index < assignment.getCheckpointsCount()) {
      restore(index, assignment.getCheckpoints(index));
    } else if (index > 0
        && assignment.getSpec().getOnLostCheckpoints() != OnLostCheckpoints.RESTART) {
      fail(Failed.Kind.PERMANENT, "none of its checkpoints can be read");
    } else {
      work();
    }
  }

  private void restore(int index, Checkpoint checkpoint) {
    long most = assignment.getSpec().getMaxCheckpointAgeMillis();
    long age = at.process().now().wallMillis() - checkpoint.getCreatedMillis();
    if (most != 0 && age > most) {
      fail(Failed.Kind.PERMANENT, "its checkpoint is " + age + " ms old, of at most " + most);
    } else {
      new Restore(
              this,
              range,
              checkpoint,
              (result, saved, parts) -> restored(index, checkpoint, result, saved, parts))
          .begin();
    }
  }

  private void restored(
      int index, Checkpoint checkpoint, Result result, RangeState saved, List<Part> parts) {
    switch (result) {
      case OK -> {
        state = saved;
        pipeline.resume(checkpoint, saved, parts);
        resumedFrom = checkpoint.getSequence();
        work();
      }
      case UNAVAILABLE -> laterWithStore(() -> restore(index));
      case CORRUPT -> unusable(index, checkpoint, CheckpointUnusable.Reason.CORRUPT);
      case MISSING -> unusable(index, checkpoint, CheckpointUnusable.Reason.MISSING);
    }
  }

  private void unusable(int index, Checkpoint checkpoint, CheckpointUnusable.Reason reason) {
    at.say(lease(), "finds checkpoint " + checkpoint.getSequence() + " " + reason);
    report(
        Report.newBuilder()
            .setUnusable(
                CheckpointUnusable.newBuilder()
                    .setSequence(checkpoint.getSequence())
                    .setReason(reason)
                    .setMessage("as injected")),
        answer -> restore(index + 1));
  }

  // ---- the job's loop

  private void work() {
    if (assignment.getBisect()) {
      halve();
      return;
    }
    pipeline.begin(state);
    safePoint();
  }

  /** The lease is for that alone: in halves what is left, or the last number off what is done. */
  private void halve() {
    long middle = state.next() + (range.to() - state.next()) / 2;
    if (middle > range.from() && middle < range.to()) {
      tellCut(middle, null);
    } else {
      at.say(lease(), "cannot be cut: " + range);
      lastWord(
          Report.newBuilder()
              .setFailed(
                  Failed.newBuilder()
                      .setKind(Failed.Kind.INDIVISIBLE)
                      .setMessage("too little is left")
                      .setRange(range.toString())));
    }
  }

  private void step() {
    long to = Math.min(range.to(), state.next() + STEP);
    for (long number = state.next(); number < to; number++) {
      if (at.stumbles(job, number)) {
        fail(Failed.Kind.APPLICATION, "cannot add " + number);
        return;
      }
      if (at.hangs(job, number)) {
        after(1_000 * assignment.getSpec().getStuckAfterMillis(), this::stuck);
        return;
      }
    }
    state = new RangeState(to, state.sum() + job.piece(state.next(), to).sum());
    safePoint();
  }

  /** The watchdog gives it up: its lease ends, its thread lingers, and comes to itself one day. */
  private void stuck() {
    at.say(lease(), "is stuck");
    lingers(true);
    fail(Failed.Kind.STUCK, "no safe point");
    at.process().afterMillis(LINGERS_MILLIS, () -> lingers(false));
  }

  private void safePoint() {
    tellStarted();
    if (draining()) {
      pipeline.whenIdle(this::giveBack);
    } else if (state.next() == range.to()) {
      pipeline.giveUp(this::complete);
    } else if (cut > 0) {
      pipeline.whenIdle(this::cut);
    } else {
      if (pipeline.isDue()) {
        pipeline.take(state);
      }
      after(job.micros() * STEP * at.slowness() / 100, this::step);
    }
  }

  private void tellStarted() {
    if (!started) {
      started = true;
      at.report(
          Report.newBuilder()
              .setLease(lease())
              .setStarted(Started.newBuilder().setResumedFromSequence(resumedFrom)),
          answer -> {});
    }
  }

  /** The last checkpoint, until it counts; then the lease goes back. */
  private void giveBack() {
    if (pipeline.isSaved(state)) {
      release();
    } else {
      pipeline.take(state);
      pipeline.whenIdle(
          () -> after(pipeline.isSaved(state) ? 0 : Pipeline.PAUSE_MICROS, this::giveBack));
    }
  }

  private void complete() {
    pipeline.flush(state, this::tellCompleted, () -> after(Pipeline.PAUSE_MICROS, this::complete));
  }

  private void tellCompleted() {
    at.say(lease(), "completes " + range);
    Field sum =
        Field.newBuilder()
            .setName("sum")
            .setValue(Value.newBuilder().setInteger(state.sum()))
            .build();
    at.report(
        Report.newBuilder()
            .setLease(lease())
            .setCompleted(
                Completed.newBuilder()
                    .setResult(dev.belay.runtime.proto.Result.newBuilder().addFields(sum))
                    .addAllSegments(pipeline.segments())
                    .setProgress(progress())),
        answer -> {});
    // Nothing depends on the answer: the slot is free for the next.
    leave();
  }

  // ---- the cut

  private void cut() {
    long left = range.to() - state.next();
    long head = (long) (left * cut);
    cut = 0;
    if (head < 1 || head >= left) {
      at.report(
          Report.newBuilder()
              .setLease(lease())
              .setSplitDeclined(SplitDeclined.newBuilder().setReason("too little is left")),
          answer -> {});
      safePoint();
      return;
    }
    long at = state.next() + head;
    if (pipeline.isSaved(state)) {
      tellCut(at, null);
    } else {
      pipeline.store(state, stored -> stored(at, stored));
    }
  }

  private void stored(long cutAt, Pipeline.@Nullable Landed stored) {
    if (stored == null) {
      pipeline.landed(Pipeline.PAUSE_MICROS);
      safePoint();
    } else {
      tellCut(cutAt, stored.checkpoint());
    }
  }

  private void tellCut(long cutAt, @Nullable Checkpoint checkpoint) {
    Range head = new Range(range.from(), cutAt);
    Range tail = new Range(cutAt, range.to());
    at.say(lease(), "is cut at " + cutAt);
    Split.Builder split =
        Split.newBuilder()
            .setHead(Bounds.of(head))
            .setTail(Bounds.of(tail))
            .setHeadShare((double) head.size() / range.size());
    if (checkpoint != null) {
      split.setCheckpoint(checkpoint);
    }
    report(
        Report.newBuilder().setSplit(split),
        answer -> {
          if (answer.getVerdict() == Verdict.OK) {
            leave();
          } else {
            pipeline.landed(0);
            safePoint();
          }
        });
  }
}
