package dev.belay.jobs.simulation.job;

import com.google.protobuf.ByteString;
import dev.belay.jobs.simulation.machine.SimulatedStore.Result;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointUnusable;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.Started;
import dev.belay.runtime.proto.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds up one range: restores the newest checkpoint that can be read, goes through the numbers in
 * steps, and after each step is at a safe point. A checkpoint's segment is stored before it, the
 * checkpoint before its report; at most one is on the way.
 */
final class PartitionRun extends TaskRun {
  /** How many numbers between two safe points. */
  private static final int STEP = 10;

  private static final long PAUSE_MICROS = 200_000;

  private final Range range;
  private RangeState state;
  private final List<Segment> segments = new ArrayList<>();
  private long written;
  private long resumedFrom;
  private boolean started;

  private long sequence;
  private int objects;
  private boolean flying;
  private @Nullable Runnable idle;
  private long dueNanos;

  /** Up to where it counts; a fresh start counts as it is. */
  private long saved;

  PartitionRun(Workplace at, Assignment assignment) {
    super(at, assignment);
    range = job.partitions().get(assignment.getLease().getTask().getIndex());
    state = new RangeState(range.from(), 0);
    written = range.from();
    sequence = assignment.getNextSequence();
  }

  @Override
  Progress progress() {
    return progress(state);
  }

  private Progress progress(RangeState of) {
    return Progress.newBuilder().setDone(of.next() - range.from()).setTotal(range.size()).build();
  }

  @Override
  public void begin() {
    restore(0);
  }

  // ---- where it goes on

  private void restore(int index) {
    if (draining()) {
      release();
    } else if (index < assignment.getCheckpointsCount()) {
      Checkpoint checkpoint = assignment.getCheckpoints(index);
      long digest = checkpoint.getObject().getDigest().asReadOnlyByteBuffer().getLong();
      at.store()
          .get(
              at.process(),
              checkpoint.getObject().getKey(),
              digest,
              (result, content) -> goOn(() -> restored(index, checkpoint, result, content)));
    } else if (index > 0
        && assignment.getSpec().getOnLostCheckpoints() != OnLostCheckpoints.RESTART) {
      fail(Failed.Kind.PERMANENT, "none of its checkpoints can be read");
    } else {
      work();
    }
  }

  private void restored(int index, Checkpoint checkpoint, Result result, @Nullable Object content) {
    switch (result) {
      case OK -> {
        state = (RangeState) java.util.Objects.requireNonNull(content);
        segments.addAll(checkpoint.getSegmentsList());
        written = state.next();
        resumedFrom = checkpoint.getSequence();
        work();
      }
      case UNAVAILABLE -> later(() -> restore(index));
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
    saved = state.next();
    due(1_000 * assignment.getSpec().getCheckpointIntervalMillis());
    safePoint();
  }

  private void step() {
    long to = Math.min(range.to(), state.next() + STEP);
    for (long number = state.next(); number < to; number++) {
      if (at.stumbles(job, number)) {
        fail(Failed.Kind.APPLICATION, "cannot add " + number);
        return;
      }
    }
    state = new RangeState(to, state.sum() + job.piece(state.next(), to).sum());
    safePoint();
  }

  private void safePoint() {
    if (!started) {
      started = true;
      at.report(
          Report.newBuilder()
              .setLease(lease())
              .setStarted(Started.newBuilder().setResumedFromSequence(resumedFrom)),
          answer -> {});
    }
    if (draining()) {
      whenIdle(this::giveBack);
    } else if (state.next() == range.to()) {
      whenIdle(this::complete);
    } else {
      if (!flying && at.process().now().nanos() - dueNanos >= 0) {
        take();
      }
      after(job.micros() * STEP * at.slowness() / 100, this::step);
    }
  }

  /** The last checkpoint, until it counts; then the lease goes back. */
  private void giveBack() {
    if (saved == state.next()) {
      release();
    } else {
      take();
      whenIdle(this::giveBackSoon);
    }
  }

  private void giveBackSoon() {
    after(saved == state.next() ? 0 : PAUSE_MICROS, this::giveBack);
  }

  private void complete() {
    if (written < range.to()) {
      storeSegment(this::complete, () -> after(PAUSE_MICROS, this::complete));
      return;
    }
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
                    .addAllSegments(segments)
                    .setProgress(progress())),
        answer -> {});
    // Nothing depends on the answer: the slot is free for the next.
    leave();
  }

  // ---- checkpoints, one at a time

  private void whenIdle(Runnable action) {
    if (flying) {
      idle = action;
    } else {
      action.run();
    }
  }

  private void take() {
    flying = true;
    if (written == state.next()) {
      put(state);
    } else {
      RangeState taken = state;
      storeSegment(() -> put(taken), () -> landed(PAUSE_MICROS));
    }
  }

  /** What was added up since the last one, as an object of its own. */
  private void storeSegment(Runnable then, Runnable otherwise) {
    Piece piece = job.piece(written, state.next());
    String key =
        "%s/s%d/%s-%d-%d"
            .formatted(
                assignment.getKeyPrefix(),
                lease().getTask().getIndex(),
                epoch(),
                written,
                ++objects);
    uploading(true);
    at.store()
        .put(
            at.process(),
            key,
            piece.digest(),
            piece,
            result -> {
              if (result == Result.OK) {
                segments.add(
                    Segment.newBuilder()
                        .setName("part")
                        .setObject(ref(key, piece.digest()))
                        .setBytes(16)
                        .build());
                written = piece.to();
              }
              goOn(result == Result.OK ? then : otherwise);
              uploading(false);
            });
  }

  private void put(RangeState taken) {
    String key =
        "%s/p%d/%d-%d-%d-%d.ckpt"
            .formatted(
                assignment.getKeyPrefix(),
                lease().getTask().getIndex(),
                lease().getEpoch().getGeneration(),
                lease().getEpoch().getCounter(),
                sequence,
                ++objects);
    Checkpoint checkpoint =
        Checkpoint.newBuilder()
            .setSequence(sequence)
            .setEpoch(lease().getEpoch())
            .setObject(ref(key, taken.digest()))
            .setBytes(16)
            .setStoredBytes(16)
            .setProgress(progress(taken))
            .addReferences(key)
            .addAllSegments(segments)
            .build();
    uploading(true);
    at.store()
        .put(
            at.process(),
            key,
            taken.digest(),
            taken,
            result -> {
              goOn(() -> stored(result, checkpoint, taken));
              uploading(false);
            });
  }

  private void stored(Result result, Checkpoint checkpoint, RangeState taken) {
    if (result != Result.OK) {
      landed(PAUSE_MICROS);
      return;
    }
    report(
        Report.newBuilder().setCheckpoint(checkpoint),
        answer -> {
          if (answer.getVerdict() == Verdict.OK) {
            at.say(lease(), "checkpoint " + sequence + " at " + taken.next() + " counts");
            saved = taken.next();
            sequence++;
            landed(1_000 * assignment.getSpec().getCheckpointIntervalMillis());
          } else {
            landed(0);
          }
        });
  }

  /** One way or another: the next is due so much later. */
  private void landed(long pauseMicros) {
    flying = false;
    due(pauseMicros);
    Runnable waiting = idle;
    idle = null;
    if (waiting != null) {
      waiting.run();
    }
  }

  private void due(long pauseMicros) {
    dueNanos = at.process().now().nanos() + 1_000 * pauseMicros;
  }

  private static ObjectRef ref(String key, long digest) {
    return ObjectRef.newBuilder()
        .setKey(key)
        .setLength(16)
        .setDigest(ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, digest)))
        .build();
  }
}
