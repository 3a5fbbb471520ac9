package dev.belay.jobs.simulation.job;

import com.google.protobuf.ByteString;
import dev.belay.jobs.simulation.machine.SimulatedStore.Result;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a partition's checkpoints, at most one on it at a time: what was added up since the
 * last one is stored as a segment, then the state, then it is reported.
 */
final class Pipeline {
  static final long PAUSE_MICROS = 200_000;

  private final TaskRun run;
  private final Workplace at;
  private final Assignment assignment;
  private final Range range;
  private final List<Segment> segments = new ArrayList<>();
  private long written;
  private long saved;
  private long sequence;
  private int objects;
  private boolean flying;
  private @Nullable Runnable idle;
  private long dueNanos;

  Pipeline(TaskRun run, Range range) {
    this.run = run;
    this.at = run.at;
    this.assignment = run.assignment;
    this.range = range;
    this.sequence = assignment.getNextSequence();
    this.written = range.from();
  }

  /** It goes on from here. */
  void resume(Checkpoint checkpoint, RangeState state) {
    segments.addAll(checkpoint.getSegmentsList());
    written = state.next();
  }

  void begin(RangeState state) {
    saved = state.next();
    due(1_000 * assignment.getSpec().getCheckpointIntervalMillis());
  }

  List<Segment> segments() {
    return List.copyOf(segments);
  }

  boolean isDue() {
    return !flying && at.process().now().nanos() - dueNanos >= 0;
  }

  /** Whether a checkpoint of this state counts. */
  boolean isSaved(RangeState state) {
    return saved == state.next();
  }

  /** Once nothing is on the way. */
  void whenIdle(Runnable action) {
    if (flying) {
      idle = action;
    } else {
      action.run();
    }
  }

  /** Stores and reports a checkpoint. */
  void take(RangeState state) {
    store(
        state,
        checkpoint -> {
          if (checkpoint == null) {
            landed(PAUSE_MICROS);
          } else {
            report(checkpoint, state);
          }
        });
  }

  private void report(Checkpoint checkpoint, RangeState state) {
    run.report(
        Report.newBuilder().setCheckpoint(checkpoint),
        answer -> {
          if (answer.getVerdict() == Verdict.OK) {
            at.say(run.lease(), "checkpoint " + sequence + " at " + state.next() + " counts");
            saved = state.next();
            sequence++;
            landed(1_000 * assignment.getSpec().getCheckpointIntervalMillis());
          } else {
            landed(0);
          }
        });
  }

  /**
   * Stores a checkpoint without a word about it; {@link #landed} is to be called when it is over.
   *
   * @param stored is given what to report; null: the store could not take it
   */
  void store(RangeState state, Consumer<@Nullable Checkpoint> stored) {
    flying = true;
    flush(state, () -> put(state, stored), () -> stored.accept(null));
  }

  /** Stores what was added up since the last one, if anything was, as an object of its own. */
  void flush(RangeState state, Runnable then, Runnable otherwise) {
    if (written == state.next()) {
      then.run();
      return;
    }
    Piece piece = run.job.piece(written, state.next());
    String key =
        "%s/s%d/%s-%d-%d"
            .formatted(
                assignment.getKeyPrefix(),
                run.lease().getTask().getIndex(),
                run.epoch(),
                written,
                ++objects);
    put(
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
          run.goOn(result == Result.OK ? then : otherwise);
        });
  }

  private void put(RangeState state, Consumer<@Nullable Checkpoint> stored) {
    String key =
        "%s/p%d/%d-%d-%d-%d.ckpt"
            .formatted(
                assignment.getKeyPrefix(),
                run.lease().getTask().getIndex(),
                run.lease().getEpoch().getGeneration(),
                run.lease().getEpoch().getCounter(),
                sequence,
                ++objects);
    Checkpoint checkpoint =
        Checkpoint.newBuilder()
            .setSequence(sequence)
            .setEpoch(run.lease().getEpoch())
            .setObject(ref(key, state.digest()))
            .setBytes(16)
            .setStoredBytes(16)
            .setProgress(progress(range, state))
            .addReferences(key)
            .addAllSegments(segments)
            .build();
    put(
        key,
        state.digest(),
        state,
        result -> run.goOn(() -> stored.accept(result == Result.OK ? checkpoint : null)));
  }

  private void put(String key, long digest, Object content, Consumer<Result> done) {
    run.uploading(true);
    at.store()
        .put(
            at.process(),
            key,
            digest,
            content,
            result -> {
              done.accept(result);
              run.uploading(false);
            });
  }

  /** One way or another: the next is due so much later. */
  void landed(long pauseMicros) {
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

  static Progress progress(Range range, RangeState state) {
    return Progress.newBuilder()
        .setDone(state.next() - range.from())
        .setTotal(range.size())
        .build();
  }

  private static ObjectRef ref(String key, long digest) {
    return ObjectRef.newBuilder()
        .setKey(key)
        .setLength(16)
        .setDigest(ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, digest)))
        .build();
  }
}
