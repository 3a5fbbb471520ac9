package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.CheckpointQuarantined;
import dev.belay.runtime.proto.CheckpointUnusable;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobFailed;
import dev.belay.runtime.proto.JobPlanned;
import dev.belay.runtime.proto.JobSucceeded;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Planned;
import dev.belay.runtime.proto.Prepared;
import dev.belay.runtime.proto.PublishPrepared;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskReleased;
import dev.belay.runtime.proto.TaskStarted;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.time.Now;
import java.util.List;

/**
 * What workers report of their tasks. The fence stands here: a report counts only if it names the
 * task's current epoch and comes from the incarnation that holds it. What was committed under that
 * epoch before is answered OK again, since the first answer may have been lost; all else is
 * refused, and changes nothing.
 */
final class Reports {
  private static final int MAX_SPLITS = 1_000_000;
  private static final int MAX_RESULT_BYTES = 4096;

  /** Well under what one record of the journal may be. */
  private static final int MAX_REPORT_BYTES = 6 << 20;

  private final ClusterState state;
  private final Liveness liveness;
  private final RetryPolicy retries;
  private final CheckpointRules rules;

  Reports(ClusterState state, Liveness liveness, RetryPolicy retries) {
    this.state = state;
    this.liveness = liveness;
    this.retries = retries;
    rules = new CheckpointRules(state);
  }

  /** A report being decided. */
  private record Case(long stream, Report report, TaskRecord task, Decision.Draft draft) {
    Decision answer(Verdict verdict, String message) {
      return draft.then(answering(stream, report, verdict, message)).done();
    }

    Decision ok() {
      return answer(Verdict.OK, "");
    }

    Decision refused(String why) {
      return answer(Verdict.REFUSED, why);
    }
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
          answering(command.getStream(), report, Verdict.REFUSED, "no such task in this cluster"));
    }
    Case it = new Case(command.getStream(), report, task, new Decision.Draft(now.wallMillis()));
    boolean current =
        task.leased()
            && task.isEpoch(report.getLease().getEpoch())
            && worker.incarnation.equals(task.incarnation);
    if (current) {
      return commit(it);
    }
    return committedBefore(it)
        ? it.ok()
        : it.refused(
            task.text()
                + " is not yours any more: its lease went on to epoch "
                + task.epochCounter);
  }

  private static Effect answering(long stream, Report report, Verdict verdict, String message) {
    return new Effect.Send(
        stream,
        ToWorker.newBuilder()
            .setAnswer(
                Answer.newBuilder()
                    .setNumber(report.getNumber())
                    .setLease(report.getLease())
                    .setVerdict(verdict)
                    .setMessage(message)));
  }

  private Decision commit(Case it) {
    Report report = it.report();
    if (report.getSerializedSize() > MAX_REPORT_BYTES) {
      return misbehaved(it, "a report of more than " + MAX_REPORT_BYTES + " bytes");
    }
    return switch (report.getWhatCase()) {
      case STARTED -> started(it);
      case CHECKPOINT -> checkpoint(it, report.getCheckpoint());
      case UNUSABLE -> unusable(it, report.getUnusable());
      case COMPLETED -> completed(it, report.getCompleted());
      case PLANNED -> planned(it, report.getPlanned());
      case PREPARED -> prepared(it, report.getPrepared());
      case PUBLISHED -> published(it);
      case FAILED -> failed(it, report.getFailed());
      case RELEASED -> released(it);
      case WHAT_NOT_SET ->
          misbehaved(
              it,
              "a report of a kind that this coordinator does not know: run the same version of"
                  + " both");
    };
  }

  /** A lease that ended by this report or by a later one: the answers were lost. */
  private boolean committedBefore(Case it) {
    TaskRecord task = it.task();
    if (task.leased() || !task.isEpoch(it.report().getLease().getEpoch())) {
      return false;
    }
    boolean succeeded = task.state == PartitionState.PARTITION_SUCCEEDED;
    return switch (it.report().getWhatCase()) {
      case STARTED, UNUSABLE -> succeeded;
      case COMPLETED -> succeeded && task.kind == TaskKind.PARTITION;
      case PLANNED -> succeeded && task.kind == TaskKind.PLAN;
      case PREPARED, PUBLISHED -> succeeded && task.kind == TaskKind.PUBLISH;
      case CHECKPOINT -> rules.committedUnder(task, it.report().getCheckpoint());
      case FAILED, RELEASED ->
          task.state == PartitionState.PARTITION_RECOVERING
              || task.state == PartitionState.PARTITION_FAILED;
      case WHAT_NOT_SET -> false;
    };
  }

  private Decision started(Case it) {
    if (!it.task().started) {
      it.draft()
          .add(
              it.draft()
                  .event()
                  .setTaskStarted(
                      TaskStarted.newBuilder()
                          .setLease(it.task().lease())
                          .setResumedFromSequence(
                              it.report().getStarted().getResumedFromSequence())));
    }
    return it.ok();
  }

  private Decision checkpoint(Case it, Checkpoint checkpoint) {
    TaskRecord task = it.task();
    if (task.kind != TaskKind.PARTITION) {
      return misbehaved(it, "a checkpoint of " + task.text() + ", which has none");
    }
    if (rules.committedUnder(task, checkpoint)) {
      return it.ok();
    }
    long next = task.lastSequence + 1;
    if (rules.isEcho(task, checkpoint)) {
      return it.refused("checkpoint " + checkpoint.getSequence() + " was long ago");
    }
    if (checkpoint.getSequence() != next || !rules.named(task, checkpoint)) {
      return misbehaved(
          it,
          "a checkpoint under a wrong name (%s, sequence %s instead of %s)"
              .formatted(
                  Texts.cut(checkpoint.getObject().getKey()),
                  Long.toUnsignedString(checkpoint.getSequence()),
                  next));
    }
    if (!rules.fresh(task, checkpoint)) {
      return it.answer(Verdict.WRITE_FULL, "the checkpoint references an object that was released");
    }
    it.draft()
        .add(
            it.draft()
                .event()
                .setCheckpointCommitted(
                    CheckpointCommitted.newBuilder()
                        .setLease(task.lease())
                        .setCheckpoint(checkpoint.toBuilder().setEpoch(task.epoch()))));
    release(it, rules.unreferenced(task, task.with(checkpoint, EventApplier.CHECKPOINTS_KEPT)));
    return it.ok();
  }

  private void release(Case it, List<String> keys) {
    if (keys.isEmpty()) {
      return;
    }
    JobRecord job = it.task().job;
    it.draft()
        .add(
            it.draft()
                .event()
                .setObjectsReleased(ObjectsReleased.newBuilder().setJob(job.id).addAllKeys(keys)))
        .then(new Effect.Delete(job.id, state.prefix(job), keys, false));
  }

  private static Decision unusable(Case it, CheckpointUnusable unusable) {
    TaskRecord task = it.task();
    boolean kept =
        task.checkpoints.stream()
            .anyMatch(checkpoint -> checkpoint.getSequence() == unusable.getSequence());
    if (kept) {
      it.draft()
          .add(
              it.draft()
                  .event()
                  .setCheckpointQuarantined(
                      CheckpointQuarantined.newBuilder()
                          .setLease(task.lease())
                          .setSequence(unusable.getSequence())
                          .setMessage(
                              unusable.getReason() + ": " + Texts.cut(unusable.getMessage()))));
    }
    return it.ok();
  }

  private Decision completed(Case it, Completed completed) {
    TaskRecord task = it.task();
    if (task.kind != TaskKind.PARTITION) {
      return misbehaved(it, "a completion of " + task.text() + ", which has none");
    }
    if (completed.getResult().getSerializedSize() > MAX_RESULT_BYTES) {
      return fail(
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
                        .setLease(task.lease())
                        .setResult(completed.getResult())
                        .addAllSegments(completed.getSegmentsList())
                        .setProgress(completed.getProgress())));
    release(it, rules.unreferenced(task, List.of()));
    return it.ok();
  }

  private Decision planned(Case it, Planned planned) {
    TaskRecord task = it.task();
    int splits = planned.getSplits();
    if (task.kind != TaskKind.PLAN) {
      return misbehaved(it, "a plan by " + task.text());
    }
    if (splits < 0 || splits > MAX_SPLITS) {
      return fail(
          it,
          "the plan has "
              + Integer.toUnsignedString(splits)
              + " partitions; at most "
              + MAX_SPLITS
              + " are possible: cut the input into fewer");
    }
    if (planned.getWeightsCount() != 0 && planned.getWeightsCount() != splits) {
      return fail(
          it,
          "the plan has " + splits + " partitions and " + planned.getWeightsCount() + " weights");
    }
    it.draft()
        .add(
            it.draft()
                .event()
                .setJobPlanned(
                    JobPlanned.newBuilder()
                        .setJob(task.job.id)
                        .setEpoch(task.epoch())
                        .setPlan(planned.getPlan())
                        .setSplits(splits)
                        .addAllWeights(planned.getWeightsList())));
    return it.ok();
  }

  private Decision prepared(Case it, Prepared prepared) {
    JobRecord job = it.task().job;
    if (it.task().kind != TaskKind.PUBLISH) {
      return misbehaved(it, "a publication by " + it.task().text());
    }
    if (job.manifest == null) {
      it.draft()
          .add(
              it.draft()
                  .event()
                  .setPublishPrepared(
                      PublishPrepared.newBuilder()
                          .setJob(job.id)
                          .setEpoch(it.task().epoch())
                          .setManifest(prepared.getManifest())));
    } else if (!job.manifest.equals(prepared.getManifest())) {
      return misbehaved(it, "a second publication, while the first is under way");
    }
    return it.ok();
  }

  private Decision published(Case it) {
    JobRecord job = it.task().job;
    if (it.task().kind != TaskKind.PUBLISH || job.manifest == null) {
      return misbehaved(it, "the end of a publication that was never prepared");
    }
    it.draft()
        .add(it.draft().event().setJobSucceeded(JobSucceeded.newBuilder().setJob(job.id)))
        .add(
            it.draft()
                .event()
                .setObjectsReleased(ObjectsReleased.newBuilder().setJob(job.id).setAll(true)))
        .then(new Effect.Delete(job.id, state.prefix(job), List.of(), true));
    return it.ok();
  }

  private Decision failed(Case it, Failed failed) {
    TaskRecord task = it.task();
    String message =
        failed.getMessage().isEmpty() ? "failed without a message" : Texts.cut(failed.getMessage());
    if (failed.getKind() == Failed.Kind.PERMANENT) {
      return fail(it, task.kind == TaskKind.PARTITION ? task.text() + ": " + message : message);
    }
    retry(it, message);
    return it.ok();
  }

  /** The attempt is over: another one, or none if this was one too many. */
  private void retry(Case it, String message) {
    TaskRecord task = it.task();
    if (retries.exhausted(task)) {
      failJob(
          it,
          "%s failed %d times without progress, the last time on worker %s: %s"
              .formatted(task.text(), task.errorsWithoutProgress + 1, task.worker, message));
    } else {
      release(it, Cause.APPLICATION_ERROR, message, retries.backoffMillis(task));
    }
  }

  /**
   * Refuses what no sound worker says. Who is refused stops that work, so the lease ends with it:
   * else it would be held for ever by one who is alive and does nothing about it.
   */
  private Decision misbehaved(Case it, String what) {
    retry(it, "worker %s sent %s".formatted(it.task().worker, what));
    return it.refused("the coordinator cannot accept " + what);
  }

  private static Decision released(Case it) {
    release(it, Cause.DRAINED, "worker " + it.task().worker + " was drained", 0);
    return it.ok();
  }

  private static void release(Case it, Cause cause, String message, long backoffMillis) {
    it.draft()
        .add(
            it.draft()
                .event()
                .setTaskReleased(
                    TaskReleased.newBuilder()
                        .setLease(it.task().lease())
                        .setCause(cause)
                        .setMessage(message)
                        .setBackoffMillis(backoffMillis)));
  }

  private static Decision fail(Case it, String error) {
    failJob(it, error);
    return it.ok();
  }

  private static void failJob(Case it, String error) {
    it.draft()
        .add(
            it.draft()
                .event()
                .setJobFailed(
                    JobFailed.newBuilder()
                        .setJob(it.task().job.id)
                        .setError(error)
                        .setTask(it.task().id())));
  }
}
