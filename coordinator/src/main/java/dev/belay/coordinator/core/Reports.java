package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.CheckpointQuarantined;
import dev.belay.runtime.proto.CheckpointUnusable;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskStarted;
import dev.belay.runtime.time.Now;
import java.util.List;

/**
 * What workers report of their tasks. The fence stands here: a report counts only if it names the
 * task's current epoch and comes from the incarnation that holds it. What was committed under that
 * epoch before is answered OK again, since the first answer may have been lost; all else is
 * refused, and changes nothing but that objects which came too late are released.
 */
final class Reports {
  private static final int MAX_RESULT_BYTES = 4096;

  /** Well under what one record of the journal may be. */
  private static final int MAX_REPORT_BYTES = 6 << 20;

  private final ClusterState state;
  private final Liveness liveness;
  private final Endings endings;
  private final PhaseReports phases;
  private final SplitReports splits;
  private final Garbage garbage;
  private final CheckpointRules rules;

  Reports(
      ClusterState state,
      Liveness liveness,
      Yields yields,
      SplitRequests requests,
      Exhaustion exhaustion) {
    this.state = state;
    this.liveness = liveness;
    endings = new Endings(exhaustion, yields);
    garbage = new Garbage(state);
    phases = new PhaseReports(garbage, endings);
    rules = new CheckpointRules(state);
    splits = new SplitReports(rules, endings, garbage, requests);
  }

  Decision decide(Command command, Report original, Now now) {
    Report report = Unknown.without(original).toBuilder().setLease(original.getLease()).build();
    WorkerRecord worker = liveness.on(command.getStream());
    if (worker == null) {
      return Decision.of(new Effect.CloseStream(command.getStream()));
    }
    TaskRecord task = state.task(report.getLease().getTask());
    if (task == null) {
      return Decision.of(
          ReportCase.answering(
              command.getStream(), report, Verdict.REFUSED, "no such task in this cluster"));
    }
    Hold hold = task.heldUnder(report.getLease().getEpoch());
    if (hold != null && worker.incarnation.equals(hold.incarnation)) {
      return commit(
          new ReportCase(
              command.getStream(), report, hold, new Decision.Draft(now.wallMillis()), now));
    }
    return committedBefore(task, worker, report)
        ? Decision.of(ReportCase.answering(command.getStream(), report, Verdict.OK, ""))
        : tooLate(command.getStream(), task, report, now);
  }

  /** What was stored or staged for it will not be asked for, unless it counted long ago. */
  private Decision tooLate(long stream, TaskRecord task, Report report, Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    Checkpoint late =
        report.hasSplit() ? report.getSplit().getCheckpoint() : report.getCheckpoint();
    String orphan = rules.orphan(task, report.getLease(), late);
    if (orphan != null) {
      garbage.release(draft, task.job, List.of(orphan));
    }
    String why =
        task.text() + " is not yours any more: its lease went on to epoch " + task.epochCounter;
    boolean unneeded =
        report.hasPrepared() && !report.getPrepared().getManifest().equals(task.job.manifest);
    return draft.then(ReportCase.refusing(stream, report, why, unneeded)).done();
  }

  private Decision commit(ReportCase it) {
    Report report = it.report();
    if (report.getSerializedSize() > MAX_REPORT_BYTES) {
      return endings.misbehaved(it, "a report of more than " + MAX_REPORT_BYTES + " bytes");
    }
    return switch (report.getWhatCase()) {
      case STARTED -> started(it);
      case CHECKPOINT -> checkpoint(it, report.getCheckpoint());
      case UNUSABLE -> unusable(it, report.getUnusable());
      case COMPLETED -> completed(it, report.getCompleted());
      case PLANNED -> phases.planned(it, report.getPlanned());
      case PREPARED -> phases.prepared(it, report.getPrepared());
      case PUBLISHED -> phases.published(it);
      case FAILED -> failed(it, report.getFailed());
      case RELEASED -> endings.released(it, report.getReleased());
      case SPLIT -> splits.split(it, report.getSplit());
      case SPLIT_DECLINED -> splits.declined(it);
      case WHAT_NOT_SET ->
          endings.misbehaved(
              it,
              "a report of a kind that this coordinator does not know: run the same version of"
                  + " both");
    };
  }

  /**
   * Not a stranger that has heard of the lease; a journal of format 1 did not remember who held it.
   */
  static boolean isLastHolder(TaskRecord task, WorkerRecord worker) {
    return task.lastHolder.isEmpty() || task.lastHolder.equals(worker.incarnation);
  }

  /** A lease that ended by this report or by a later one: the answers were lost. */
  private boolean committedBefore(TaskRecord task, WorkerRecord worker, Report report) {
    if (report.hasSplit()) {
      return splits.committedBefore(task, worker, report);
    }
    if (task.leased()
        || !task.isEpoch(report.getLease().getEpoch())
        || !isLastHolder(task, worker)) {
      return false;
    }
    boolean succeeded = task.state == PartitionState.PARTITION_SUCCEEDED;
    return switch (report.getWhatCase()) {
      case STARTED, UNUSABLE -> succeeded;
      case COMPLETED -> succeeded && task.kind == TaskKind.PARTITION;
      case PLANNED -> succeeded && task.kind == TaskKind.PLAN;
      case PREPARED, PUBLISHED -> succeeded && task.kind == TaskKind.PUBLISH;
      case CHECKPOINT -> rules.committedUnderLast(task, report.getCheckpoint());
      case FAILED, RELEASED ->
          task.state == PartitionState.PARTITION_RECOVERING
              || task.state == PartitionState.PARTITION_PENDING
              || task.state == PartitionState.PARTITION_QUARANTINED
              || task.state == PartitionState.PARTITION_FAILED;
      case SPLIT_DECLINED -> succeeded;
      case SPLIT, WHAT_NOT_SET -> false;
    };
  }

  private Decision started(ReportCase it) {
    if (!it.hold().started) {
      it.draft()
          .add(
              it.draft()
                  .event()
                  .setTaskStarted(
                      TaskStarted.newBuilder()
                          .setLease(it.hold().lease())
                          .setResumedFromSequence(
                              it.report().getStarted().getResumedFromSequence())));
    }
    return it.ok();
  }

  private Decision checkpoint(ReportCase it, Checkpoint checkpoint) {
    TaskRecord task = it.task();
    if (task.kind != TaskKind.PARTITION) {
      return endings.misbehaved(it, "a checkpoint of " + task.text() + ", which has none");
    }
    if (rules.committedUnder(it.hold(), checkpoint)) {
      return it.ok();
    }
    if (rules.isEcho(it.hold(), checkpoint)) {
      return it.refused("checkpoint " + checkpoint.getSequence() + " was long ago");
    }
    if (!rules.isNext(it.hold(), checkpoint)) {
      return endings.misbehaved(
          it,
          "a checkpoint under a wrong name (%s, sequence %s instead of %s)"
              .formatted(
                  Texts.cut(checkpoint.getObject().getKey()),
                  Long.toUnsignedString(checkpoint.getSequence()),
                  it.hold().lastSequence + 1));
    }
    if (!rules.fresh(it.hold(), checkpoint)) {
      return it.answer(Verdict.WRITE_FULL, "the checkpoint references an object that was released");
    }
    it.draft()
        .add(
            it.draft()
                .event()
                .setCheckpointCommitted(
                    CheckpointCommitted.newBuilder()
                        .setLease(it.hold().lease())
                        .setCheckpoint(checkpoint.toBuilder().setEpoch(it.hold().epoch()))));
    garbage.release(it.draft(), task.job, rules.displacedBy(it.hold(), checkpoint));
    return it.ok();
  }

  private static Decision unusable(ReportCase it, CheckpointUnusable unusable) {
    boolean kept =
        it.hold().kept().stream()
            .anyMatch(checkpoint -> checkpoint.getSequence() == unusable.getSequence());
    if (kept) {
      it.draft()
          .add(
              it.draft()
                  .event()
                  .setCheckpointQuarantined(
                      CheckpointQuarantined.newBuilder()
                          .setLease(it.hold().lease())
                          .setSequence(unusable.getSequence())
                          .setMessage(
                              unusable.getReason() + ": " + Texts.cut(unusable.getMessage()))));
    }
    return it.ok();
  }

  private Decision completed(ReportCase it, Completed completed) {
    TaskRecord task = it.task();
    if (task.kind != TaskKind.PARTITION) {
      return endings.misbehaved(it, "a completion of " + task.text() + ", which has none");
    }
    if (completed.getResult().getSerializedSize() > MAX_RESULT_BYTES) {
      return endings.fail(
          it,
          task.text()
              + ": its result is over "
              + MAX_RESULT_BYTES
              + " bytes: write large output to a segment");
    }
    it.draft()
        .add(
            it.draft()
                .event()
                .setPartitionCompleted(
                    PartitionCompleted.newBuilder()
                        .setLease(it.hold().lease())
                        .setResult(completed.getResult())
                        .addAllSegments(completed.getSegmentsList())
                        .setProgress(completed.getProgress())));
    garbage.release(it.draft(), task.job, rules.neededUntilDone(it.hold()));
    return it.ok();
  }

  private Decision failed(ReportCase it, Failed failed) {
    TaskRecord task = it.task();
    String message =
        failed.getMessage().isEmpty() ? "failed without a message" : Texts.cut(failed.getMessage());
    // What a second attempt cannot do the first may.
    if (failed.getKind() == Failed.Kind.PERMANENT && !it.hold().speculative()) {
      return endings.fail(
          it, task.kind == TaskKind.PARTITION ? task.text() + ": " + message : message);
    }
    Cause cause =
        switch (failed.getKind()) {
          case STUCK -> Cause.STUCK;
          case OUT_OF_MEMORY -> Cause.NO_MEMORY;
          default -> Cause.APPLICATION_ERROR;
        };
    endings.retry(it, cause, message, failed);
    return it.ok();
  }
}
