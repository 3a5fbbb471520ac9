package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Lifecycle.Step;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.CheckpointQuarantined;
import dev.belay.runtime.proto.CheckpointRestored;
import dev.belay.runtime.proto.ClusterFounded;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobSubmitted;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectsDeleted;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.PartitionQuarantined;
import dev.belay.runtime.proto.PartitionSplit;
import dev.belay.runtime.proto.TaskAssigned;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskReleased;
import dev.belay.runtime.proto.TaskStarted;
import java.util.List;

/**
 * The only mutator of {@link ClusterState}: what each event means. Total over every event that a
 * decision can make; an event that does not fit the state is a bug or a foreign journal, and
 * throws.
 */
final class EventApplier {
  private final ClusterState state;
  private final TwoLines lines;
  private final JobApplier jobs;

  EventApplier(ClusterState state) {
    this.state = state;
    lines = new TwoLines(state);
    jobs = new JobApplier(state, lines);
  }

  void apply(Event event) {
    long millis = event.getMillis();
    switch (event.getKindCase()) {
      case CLUSTER_FOUNDED -> founded(event.getClusterFounded());
      case JOB_SUBMITTED -> submitted(event.getJobSubmitted(), millis);
      case JOB_PLANNED -> jobs.planned(event.getJobPlanned());
      case PUBLISH_PREPARED -> jobs.prepared(event.getPublishPrepared());
      case JOB_SUCCEEDED -> jobs.succeeded(event.getJobSucceeded(), millis);
      case JOB_FAILED -> jobs.failed(event.getJobFailed(), millis);
      case JOB_CANCELLED -> jobs.cancelled(event.getJobCancelled(), millis);
      case JOB_PAUSED -> jobs.paused(event.getJobPaused().getJob());
      case JOB_RESUMED -> jobs.resumed(event.getJobResumed().getJob());
      case JOB_STOPPING -> jobs.stopping(event.getJobStopping().getJob());
      case JOB_STOPPED -> jobs.stopped(event.getJobStopped().getJob(), millis);
      case JOB_RETRIED -> jobs.retried(event.getJobRetried());
      case TASK_ASSIGNED -> assigned(event.getTaskAssigned(), millis);
      case TASK_STARTED -> started(event.getTaskStarted(), millis);
      case TASK_RELEASED -> released(event.getTaskReleased(), millis);
      case CHECKPOINT_COMMITTED -> committed(event.getCheckpointCommitted());
      case CHECKPOINT_QUARANTINED -> quarantined(event.getCheckpointQuarantined());
      case PARTITION_COMPLETED -> completed(event.getPartitionCompleted(), millis);
      case PARTITION_QUARANTINED -> quarantined(event.getPartitionQuarantined());
      case CHECKPOINT_RESTORED -> restored(event.getCheckpointRestored());
      case OBJECTS_RELEASED -> released(event.getObjectsReleased(), millis);
      case OBJECTS_DELETED -> deleted(event.getObjectsDeleted());
      case PARTITION_SPLIT -> split(event.getPartitionSplit());
      case SPECULATION_STARTED ->
          lines.begin(
              state.existing(event.getSpeculationStarted().getLease().getTask()),
              event.getSpeculationStarted(),
              millis);
      case GENERATION_FOUNDED -> Generations.founded(state, event.getGenerationFounded());
      case KIND_NOT_SET ->
          throw new IllegalStateException(
              "the journal holds an event of a kind that this version does not know: upgrade the"
                  + " coordinator");
    }
  }

  private void founded(ClusterFounded event) {
    if (!state.cluster.isEmpty()) {
      throw new IllegalStateException("cluster " + state.cluster + " is founded already");
    }
    state.cluster = event.getCluster();
    state.epochGeneration = event.getEpochGeneration();
  }

  private void submitted(JobSubmitted event, long millis) {
    state.register(
        new JobRecord(
            event.getJob(),
            event.getKey(),
            event.getSpec(),
            event.getRestartedFrom(),
            state.epochGeneration,
            millis));
    state.nextJob++;
  }

  private void assigned(TaskAssigned event, long millis) {
    TaskRecord task = state.existing(event.getLease().getTask());
    long counter = event.getLease().getEpoch().getCounter();
    if (task.leased() || counter <= task.epochCounter) {
      throw new IllegalStateException(
          task.job.id + " " + task.text() + " cannot be assigned under epoch " + counter);
    }
    task.step(Step.ASSIGNED);
    task.epochCounter = counter;
    task.lineCounter = counter;
    task.hold = new Hold(task, counter, event.getWorker(), event.getIncarnation());
    task.hold.sinceMillis = millis;
    task.hold.lastSequence = task.lastSequence;
    task.staysOn = null;
    task.lastHolder = event.getIncarnation().intern();
    task.attempts++;
    if (task.recovery != null) {
      task.recovery.toWorker = event.getWorker();
    }
    if (task.kind == TaskKind.PARTITION) {
      task.job.ready.assigned(task);
      task.job.running++;
      task.job.begun.add(task.index);
    }
    task.job.advance();
    state.holdings.add(task.hold);
  }

  private void started(TaskStarted event, long millis) {
    Hold hold = held(event.getLease());
    TaskRecord task = hold.task;
    Closing.heard(hold);
    hold.started = true;
    if (hold.speculative()) {
      return;
    }
    task.heldBy(hold);
    task.step(Step.STARTED);
    task.recovered(millis, event.getResumedFromSequence());
  }

  private void released(TaskReleased event, long millis) {
    Hold hold = held(event.getLease());
    TaskRecord task = hold.task;
    if (Causes.holderKnows(event)) {
      Closing.ended(hold);
    }
    if (hold.speculative()) {
      lines.endSecond(task, Causes.holderKnows(event), TwoLines.revocation(event));
      return;
    }
    Hold second = task.second;
    if (second != null && !TwoLines.goesOn(event.getCause())) {
      lines.endSecond(task, false, event.getMessage());
      second = null;
    }
    task.notBeforeMillis = event.getBackoffMillis() == 0 ? 0 : millis + event.getBackoffMillis();
    if (event.getCause() != Cause.NO_SLOT) {
      task.error = event.getMessage();
    }
    if (Causes.harmless(event.getCause())) {
      task.step(Step.YIELDED);
      if (!Causes.movesOn(event.getCause())) {
        task.releasedMillis = 0;
        task.recovery = null;
      }
    } else if (event.hasNarrowing()) {
      // What comes next restores nothing: it cuts.
      task.step(Step.RELEASED);
      task.releasedMillis = 0;
      task.recovery = null;
    } else {
      task.step(Step.RELEASED);
      task.releasedMillis = millis;
      task.recovery =
          new RecoveryRecord(
              task.kind,
              task.index,
              hold.worker,
              event.getCause(),
              event.getDetectedMillis(),
              task.job.epochGeneration,
              hold.counter);
      task.job.remember(task.recovery);
    }
    // A loss is no sign against a task that goes on elsewhere without a break.
    count(task, event.getCause(), event.getQueued() || second != null, hold.worker);
    if (event.hasNarrowing()) {
      task.narrow(Narrowing.fromProto(event.getNarrowing()));
    }
    if (second != null) {
      lines.promote(task, second, event, millis);
      return;
    }
    lines.drop(
        task,
        Causes.holderKnows(event)
            ? state.holdings::remove
            : ended -> state.holdings.revoke(ended, TwoLines.revocation(event)));
    if (task.kind == TaskKind.PARTITION) {
      task.job.ready.returned(task);
    }
  }

  private static void count(TaskRecord task, Cause cause, boolean queued, String worker) {
    task.endings = CauseCounts.with(task.endings, cause);
    switch (Causes.kind(cause)) {
      case ERROR -> {
        task.errorsWithoutProgress++;
        // An error, and a sign that it takes too much for one of several.
        task.lossesWithoutProgress += cause == Cause.NO_MEMORY ? 1 : 0;
        task.failedOn = worker;
      }
      case LOSS -> task.lossesWithoutProgress += queued ? 0 : 1;
      case UNBEGUN -> task.failedOn = cause == Cause.OLD_THREAD ? worker : task.failedOn;
      case DRAIN, YIELD -> {}
    }
  }

  private void committed(CheckpointCommitted event) {
    Hold hold = held(event.getLease());
    Closing.heard(hold);
    if (!hold.speculative()) {
      hold.task.heldBy(hold);
      hold.task.step(Step.CHECKPOINTED);
    }
    lines.keep(hold, event.getCheckpoint());
  }

  private void split(PartitionSplit event) {
    Hold hold = held(event.getLease());
    TaskRecord head = hold.task;
    Closing.ended(hold);
    lines.endSecond(head, false, "the partition was split");
    if (event.hasCheckpoint()) {
      lines.keep(hold, event.getCheckpoint());
    }
    head.step(Step.SPLIT);
    lines.drop(head, state.holdings::remove);
    head.cutUnder = hold.counter;
    head.endings = CauseCounts.with(head.endings, Cause.SPLIT);
    head.notBeforeMillis = 0;
    head.releasedMillis = 0;
    head.recovery = null;
    // What fails is better tried elsewhere.
    head.staysOn = head.narrowing() == null ? hold.worker : null;
    head.job.cut(head, event);
    head.job.ready.returned(head);
  }

  private void quarantined(CheckpointQuarantined event) {
    Hold hold = held(event.getLease());
    Closing.heard(hold);
    if (!hold.speculative()) {
      hold.task.step(Step.QUARANTINED_CHECKPOINT);
    }
    lines.quarantine(hold, event);
  }

  private void completed(PartitionCompleted event, long millis) {
    Hold hold = held(event.getLease());
    TaskRecord task = hold.task;
    JobRecord job = task.job;
    task.step(Step.COMPLETED);
    lines.finish(task, hold);
    task.setResult(event.hasResult() ? event.getResult() : null);
    task.segments = List.copyOf(event.getSegmentsList());
    task.progress = TaskRecord.shared(event.getProgress());
    task.error = "";
    task.endNarrowing();
    // A task that is done before its first safe point does not tell of its start.
    task.recovered(millis, 0);
    if (hold.sinceMillis != 0) {
      job.pace.took(millis - hold.sinceMillis, hold.rounds, task.weight);
    }
    job.begun.remove(task.index);
    job.count(task, 1);
    job.advance();
  }

  private void quarantined(PartitionQuarantined event) {
    Hold hold = held(event.getLease());
    TaskRecord task = hold.task;
    if (Causes.kind(event.getCause()) != Causes.Kind.LOSS) {
      Closing.ended(hold);
    }
    task.step(Step.QUARANTINED);
    task.error = event.getError();
    task.poison = new Poison(event.getDetail(), List.copyOf(event.getLogList()));
    task.recovery = null;
    count(task, event.getCause(), false, hold.worker);
    task.endNarrowing();
    lines.drop(
        task,
        Causes.kind(event.getCause()) == Causes.Kind.LOSS
            ? ended -> state.holdings.revoke(ended, "the lease went to others")
            : state.holdings::remove);
    task.job.count(task, 1);
    task.job.advance();
    state.unsettled.add(task.job);
  }

  /** Somebody wants it to go on from there. */
  private void restored(CheckpointRestored event) {
    TaskRecord task = state.existing(event.getTask());
    List<Checkpoint> kept =
        task.checkpoints.stream().filter(one -> one.getSequence() <= event.getSequence()).toList();
    if (task.leased() || kept.isEmpty() || kept.get(0).getSequence() != event.getSequence()) {
      throw new IllegalStateException(
          task.job.id + " " + task.text() + " cannot go on from " + event.getSequence());
    }
    task.checkpoints = kept;
    task.progress = kept.get(0).getProgress();
    if (event.hasMaxCheckpointAgeMillis()) {
      task.job.maxCheckpointAge = event.getMaxCheckpointAgeMillis();
    }
  }

  private void released(ObjectsReleased event, long millis) {
    JobRecord job = state.existing(event.getJob());
    event.getKeysList().forEach(job.litter::remove);
    if (event.getAll()) {
      job.litter.clear();
    }
    if (job.litter.isEmpty()) {
      state.littered.remove(job);
    }
    job.released.addAll(event.getKeysList());
    job.releasedAll |= event.getAll();
    if (event.getAll() && !job.objectsGone) {
      job.objectsGone = true;
      job.objectsGoneMillis = millis;
      state.retention.forget(job);
    }
  }

  private void deleted(ObjectsDeleted event) {
    JobRecord job = state.existing(event.getJob());
    event.getKeysList().forEach(job.released::remove);
    if (event.getAll()) {
      job.releasedAll = false;
      job.released.clear();
    }
  }

  private Hold held(Lease lease) {
    TaskRecord task = state.existing(lease.getTask());
    Hold hold = task.heldUnder(lease.getEpoch());
    if (hold == null) {
      throw new IllegalStateException(
          "the journal speaks of a lease of " + task.text() + " that is not the current one");
    }
    return hold;
  }
}
