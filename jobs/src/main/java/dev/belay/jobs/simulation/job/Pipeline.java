package dev.belay.jobs.simulation.job;

import com.google.protobuf.ByteString;
import dev.belay.jobs.simulation.job.Saved.Part;
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
 * last one is stored as a segment, then the state, then it is reported. Of the state only what is
 * not in older objects is written; now and then some of those are given up, and written anew.
 */
final class Pipeline {
  static final long PAUSE_MICROS = 200_000;
  private static final int MOST_PARTS = 4;

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
  private boolean flushing;
  private boolean givenUp;

  /** Where the newest state lies that counts, or that was restored. */
  private List<Part> basis = List.of();

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
  void resume(Checkpoint checkpoint, RangeState state, List<Part> parts) {
    segments.addAll(checkpoint.getSegmentsList());
    written = state.next();
    basis = parts;
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

  /** What is still on the way helps nobody any more, but for a segment. */
  void giveUp(Runnable then) {
    givenUp = true;
    if (flushing) {
      idle = then;
    } else {
      then.run();
    }
  }

  /** Stores and reports a checkpoint. */
  void take(RangeState state) {
    store(
        state,
        stored -> {
          if (stored == null) {
            landed(PAUSE_MICROS);
          } else {
            report(stored, state);
          }
        });
  }

  /**
   * A checkpoint that lies in the store.
   *
   * @param parts where its state lies
   */
  record Landed(Checkpoint checkpoint, List<Part> parts) {}

  private void report(Landed stored, RangeState state) {
    run.report(
        Report.newBuilder().setCheckpoint(stored.checkpoint),
        answer -> {
          if (givenUp) {
            return;
          }
          if (answer.getVerdict() == Verdict.OK) {
            at.say(run.lease(), "checkpoint " + sequence + " at " + state.next() + " counts");
            saved = state.next();
            basis = stored.parts;
            sequence++;
            landed(1_000 * assignment.getSpec().getCheckpointIntervalMillis());
          } else {
            // To be written whole.
            basis = List.of();
            landed(0);
          }
        });
  }

  /**
   * Stores a checkpoint without a word about it; {@link #landed} is to be called when it is over.
   *
   * @param stored is given what to report; null: the store could not take it
   */
  void store(RangeState state, Consumer<@Nullable Landed> stored) {
    flying = true;
    flushing = true;
    flush(state, () -> flushed(() -> put(state, stored)), () -> flushed(() -> stored.accept(null)));
  }

  private void flushed(Runnable then) {
    flushing = false;
    if (givenUp) {
      landed(0);
    } else {
      then.run();
    }
  }

  /** Stores what was added up since the last one, if anything was, as an object of its own. */
  void flush(RangeState state, Runnable then, Runnable otherwise) {
    if (written == state.next()) {
      then.run();
      return;
    }
    Piece piece = run.job.piece(written, state.next());
    String key =
        "%s/p%d/%s-s%d-%d.seg"
            .formatted(
                assignment.getKeyPrefix(),
                run.lease().getTask().getIndex(),
                run.epoch(),
                segments.size() + 1,
                ++objects);
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
              run.goOn(result == Result.OK ? then : otherwise);
            });
  }

  private void put(RangeState state, Consumer<@Nullable Landed> stored) {
    String key =
        "%s/p%d/%s-%d-%d.ckpt"
            .formatted(
                assignment.getKeyPrefix(),
                run.lease().getTask().getIndex(),
                run.epoch(),
                sequence,
                ++objects);
    Saved saved = increment(state);
    List<Part> parts = saved.parts(key);
    Checkpoint checkpoint =
        Checkpoint.newBuilder()
            .setSequence(sequence)
            .setEpoch(run.lease().getEpoch())
            .setObject(ref(key, saved.digest()))
            .setBytes(16)
            .setStoredBytes(16)
            .setProgress(progress(range, state))
            .addAllReferences(parts.stream().map(Part::key).toList())
            .addAllSegments(segments)
            .setCreatedMillis(at.process().now().wallMillis())
            .build();
    Landed landed = new Landed(checkpoint, parts);
    at.store()
        .put(
            at.process(),
            key,
            saved.digest(),
            saved,
            result -> run.goOn(() -> stored.accept(result == Result.OK ? landed : null)));
  }

  /** What is new of a state, and what is old: of that as many parts as are not given up. */
  private Saved increment(RangeState state) {
    int most = basis.size() < MOST_PARTS ? basis.size() : (int) (sequence % MOST_PARTS);
    List<Part> older = basis.subList(0, most);
    long from = older.isEmpty() ? range.from() : older.get(most - 1).piece().to();
    return new Saved(run.job.piece(from, state.next()), older);
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
