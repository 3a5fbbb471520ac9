package dev.belay.coordinator.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.belay.coordinator.core.Lifecycle.Step;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a task stands: hard state, changed by {@code apply} alone. There may be a million of them,
 * so what most do not have is null or an empty list that is shared.
 */
final class TaskRecord {
  private static final int LOSSES_BEFORE_ALONE = 2;

  /** A state of so many bytes is worth a way to where it lies. */
  private static final long LARGE = 4 << 20;

  final JobRecord job;
  final TaskKind kind;
  final int index;

  /** As the plan gave it, or what a split left of that. */
  double weight;

  /** What it covers since a split; null: what the plan says. */
  @Nullable SplitBounds bounds;

  /** Where it was cut: there its next lease is to go, if there is room. */
  @Nullable String staysOn;

  /** The partition that it was cut off from; -1: none. */
  int splitFrom = -1;

  PartitionState state = PartitionState.PARTITION_PENDING;

  /** Of the newest lease, which may have ended; 0: never assigned. */
  long epochCounter;

  /** The lease that is out; null: none. */
  @Nullable Hold hold;

  /** The incarnation that the newest lease was given to; empty: none, or of an older journal. */
  String lastHolder = "";

  /** A lease beside the first, of which the one that completes first wins; null: none. */
  @Nullable Hold second;

  /** Of the lease that is out, or was last; those of second attempts that lost do not count. */
  long lineCounter;

  /** How often it was assigned. */
  int attempts;

  int errorsWithoutProgress;
  int lossesWithoutProgress;

  /** How often its leases ended before it did, by cause. */
  @Nullable CauseCounts endings;

  /** The last sequence that was ever committed. */
  long lastSequence;

  /** Newest first; after completion the newest alone, whose object may be gone. */
  List<Checkpoint> checkpoints = List.of();

  List<QuarantinedCheckpoint> quarantined = List.of();

  /** As bytes: a million of them as objects would fill the memory. */
  private @Nullable ByteString result;

  List<Segment> segments = List.of();

  /** As last committed. */
  Progress progress = Progress.getDefaultInstance();

  /** The last error, for people. */
  String error = "";

  /** What is known of why it is in quarantine; null: it is not. */
  @Nullable Poison poison;

  /** Of the lease under which it was last cut; 0: it never was. */
  long cutUnder;

  /** All leases up to this one are over, and a worker's word says so: see {@link Closing}. */
  long closed;

  private @Nullable Narrowing narrowing;

  /** On the coordinator's wall clock: not to be assigned before. */
  long notBeforeMillis;

  /** When the last lease ended before its time; 0: never. */
  long releasedMillis;

  /** Where it last failed by its own fault, to be tried elsewhere first. */
  @Nullable String failedOn;

  /** The worker that began it last, and so has its checkpoints at hand; empty: nobody. */
  String heldLast = "";

  /** The recovery that is under way. */
  @Nullable RecoveryRecord recovery;

  TaskRecord(JobRecord job, TaskKind kind, int index, double weight) {
    this.job = job;
    this.kind = kind;
    this.index = index;
    this.weight = weight;
  }

  void step(Step step) {
    state = Lifecycle.next(state, step);
  }

  /** Null: none. */
  @Nullable Result result() {
    try {
      return result == null ? null : Result.parseFrom(result);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the result of " + text() + " is not what was kept", e);
    }
  }

  void setResult(@Nullable Result of) {
    result = of == null ? null : of.toByteString();
  }

  /** How it is narrowed down to what makes it fail; null: it is not. */
  @Nullable Narrowing narrowing() {
    return narrowing;
  }

  /** Goes on like this, with fresh counters. */
  void narrow(Narrowing how) {
    job.bisecting += narrowing == null ? 1 : 0;
    narrowing = how;
    errorsWithoutProgress = 0;
    lossesWithoutProgress = 0;
  }

  /** As it was when a snapshot was made. */
  void restore(@Nullable Narrowing how) {
    narrowing = how;
  }

  /** It is through, or given up. */
  void endNarrowing() {
    job.bisecting -= narrowing == null ? 0 : 1;
    narrowing = null;
  }

  /** Whether its next lease, or the one that is out, is for cutting it in two alone. */
  boolean toBeCut() {
    return narrowing != null && narrowing.bisect();
  }

  /** It ended without success, and gets a new life with what it has kept. */
  void renew() {
    step(Step.RETRIED);
    endNarrowing();
    errorsWithoutProgress = 0;
    lossesWithoutProgress = 0;
    notBeforeMillis = 0;
    releasedMillis = 0;
    recovery = null;
    error = "";
    poison = null;
  }

  /** It goes on there, so what it restored and writes lies there. */
  void heldBy(Hold hold) {
    if (!heldLast.equals(hold.worker)) {
      heldLast = hold.worker.intern();
    }
  }

  /** The recovery that is under way is over. */
  void recovered(long millis, long fromSequence) {
    if (recovery != null) {
      recovery.restoredMillis = Math.max(0, millis - releasedMillis);
      recovery.resumedFromSequence = fromSequence;
      recovery = null;
    }
  }

  boolean leased() {
    return hold != null;
  }

  boolean ended() {
    return switch (state) {
      case PARTITION_SUCCEEDED, PARTITION_FAILED, PARTITION_CANCELLED, PARTITION_QUARANTINED ->
          true;
      default -> false;
    };
  }

  /** Whether a restore reads much. */
  boolean isLarge() {
    return !checkpoints.isEmpty() && checkpoints.get(0).getBytes() >= LARGE;
  }

  boolean isPartition() {
    return kind == TaskKind.PARTITION;
  }

  /** Whether it may be what kills its workers, and so gets one of its own. */
  boolean runsAlone() {
    return lossesWithoutProgress >= LOSSES_BEFORE_ALONE || deadly();
  }

  /** Whether it will have to run alone if its worker is lost now. */
  boolean runsAloneAfterLoss() {
    return lossesWithoutProgress + 1 >= LOSSES_BEFORE_ALONE || deadly();
  }

  private boolean deadly() {
    return narrowing != null && narrowing.deadly();
  }

  boolean waits() {
    return !leased() && !ended();
  }

  TaskId id() {
    return TaskId.newBuilder().setJob(job.id).setKind(kind).setIndex(index).build();
  }

  /** Of the lease that is out, or was last. */
  Epoch epoch() {
    return Epochs.of(job.epochGeneration, lineCounter);
  }

  /** Of the newest lease that was ever given. */
  Epoch newestEpoch() {
    return Epochs.of(job.epochGeneration, epochCounter);
  }

  /** The lease that is out under this epoch; null: none. */
  @Nullable Hold heldUnder(Epoch epoch) {
    if (hold != null && hold.isEpoch(epoch)) {
      return hold;
    }
    return second != null && second.isEpoch(epoch) ? second : null;
  }

  boolean isEpoch(Epoch epoch) {
    return epoch.getGeneration() == job.epochGeneration && epoch.getCounter() == lineCounter;
  }

  /** For people: "partition 7", "planning", "publishing". */
  String text() {
    return switch (kind) {
      case PLAN -> "planning";
      case PUBLISH -> "publishing";
      default -> "partition " + index;
    };
  }

  /** Most tiny tasks tell of none: one object for all of them. */
  static Progress shared(Progress progress) {
    Progress none = Progress.getDefaultInstance();
    return progress.equals(none) ? none : progress;
  }
}
