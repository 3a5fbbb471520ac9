package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Lifecycle.Step;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.CheckpointQuarantined;
import dev.belay.runtime.proto.ClusterFounded;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobCancelled;
import dev.belay.runtime.proto.JobFailed;
import dev.belay.runtime.proto.JobPlanned;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSubmitted;
import dev.belay.runtime.proto.JobSucceeded;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectsDeleted;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.PartitionSplit;
import dev.belay.runtime.proto.PublishPrepared;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.TaskAssigned;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskReleased;
import dev.belay.runtime.proto.TaskStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The only mutator of {@link ClusterState}: what each event means. Total over every event that a
 * decision can make; an event that does not fit the state is a bug or a foreign journal, and
 * throws.
 */
final class EventApplier {
  /** How many checkpoints of a running partition are kept. */
  static final int CHECKPOINTS_KEPT = 3;

  private final ClusterState state;

  EventApplier(ClusterState state) {
    this.state = state;
  }

  void apply(Event event) {
    long millis = event.getMillis();
    switch (event.getKindCase()) {
      case CLUSTER_FOUNDED -> founded(event.getClusterFounded());
      case JOB_SUBMITTED -> submitted(event.getJobSubmitted(), millis);
      case JOB_PLANNED -> planned(event.getJobPlanned());
      case PUBLISH_PREPARED -> prepared(event.getPublishPrepared());
      case JOB_SUCCEEDED -> succeeded(event.getJobSucceeded(), millis);
      case JOB_FAILED -> failed(event.getJobFailed(), millis);
      case JOB_CANCELLED -> cancelled(event.getJobCancelled(), millis);
      case TASK_ASSIGNED -> assigned(event.getTaskAssigned(), millis);
      case TASK_STARTED -> started(event.getTaskStarted(), millis);
      case TASK_RELEASED -> released(event.getTaskReleased(), millis);
      case CHECKPOINT_COMMITTED -> committed(event.getCheckpointCommitted());
      case CHECKPOINT_QUARANTINED -> quarantined(event.getCheckpointQuarantined());
      case PARTITION_COMPLETED -> completed(event.getPartitionCompleted(), millis);
      case OBJECTS_RELEASED -> released(event.getObjectsReleased());
      case OBJECTS_DELETED -> deleted(event.getObjectsDeleted());
      case PARTITION_SPLIT -> split(event.getPartitionSplit());
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
            event.getJob(), event.getKey(), event.getSpec(), state.epochGeneration, millis));
    state.nextJob++;
  }

  private void planned(JobPlanned event) {
    JobRecord job = job(event.getJob());
    job.planning.step(Step.COMPLETED);
    dropLease(job.planning, state.holdings::remove);
    job.plan(event.getPlan(), event.getSplits(), event.getWeightsList());
    job.splittable = event.getSplittable();
    job.state = event.getSplits() == 0 ? JobState.JOB_PUBLISHING : JobState.JOB_RUNNING;
  }

  private void prepared(PublishPrepared event) {
    job(event.getJob()).manifest = event.getManifest();
  }

  private void succeeded(JobSucceeded event, long millis) {
    JobRecord job = job(event.getJob());
    job.publishing.step(Step.COMPLETED);
    dropLease(job.publishing, state.holdings::remove);
    job.result = job.manifest == null ? null : job.manifest.getResult();
    end(job, JobState.JOB_SUCCEEDED, millis);
  }

  private void failed(JobFailed event, long millis) {
    JobRecord job = job(event.getJob());
    job.error = event.getError();
    if (event.hasTask()) {
      TaskRecord task = task(event.getTask());
      // The job's error names the task, the task's need not.
      String named = task.text() + ": ";
      task.error =
          event.getError().startsWith(named)
              ? event.getError().substring(named.length())
              : event.getError();
      task.step(Step.FAILED);
      dropLease(task, state.holdings::remove);
    }
    endTasks(job, "the job failed");
    end(job, JobState.JOB_FAILED, millis);
  }

  private void cancelled(JobCancelled event, long millis) {
    JobRecord job = job(event.getJob());
    endTasks(job, "the job was cancelled");
    end(job, JobState.JOB_CANCELLED, millis);
  }

  private void assigned(TaskAssigned event, long millis) {
    TaskRecord task = task(event.getLease().getTask());
    long counter = event.getLease().getEpoch().getCounter();
    if (task.leased() || counter <= task.epochCounter) {
      throw new IllegalStateException(
          task.job.id + " " + task.text() + " cannot be assigned under epoch " + counter);
    }
    task.step(Step.ASSIGNED);
    task.epochCounter = counter;
    task.hold = new Hold(task, counter, event.getWorker(), event.getIncarnation());
    task.hold.sinceMillis = millis;
    task.heldLast = event.getWorker();
    task.staysOn = null;
    task.attempts++;
    if (task.recovery != null) {
      task.recovery.toWorker = event.getWorker();
    }
    if (task.kind == TaskKind.PARTITION) {
      task.job.ready.assigned(task);
      task.job.running++;
      task.job.begun.add(task.index);
    } else if (task.kind == TaskKind.PLAN) {
      task.job.state = JobState.JOB_PLANNING;
    }
    state.holdings.add(task.hold);
  }

  private void started(TaskStarted event, long millis) {
    Hold hold = held(event.getLease());
    TaskRecord task = hold.task;
    task.step(Step.STARTED);
    hold.started = true;
    recovered(task, millis, event.getResumedFromSequence());
  }

  private static void recovered(TaskRecord task, long millis, long fromSequence) {
    if (task.recovery != null) {
      task.recovery.restoredMillis = Math.max(0, millis - task.releasedMillis);
      task.recovery.resumedFromSequence = fromSequence;
      task.recovery = null;
    }
  }

  private void released(TaskReleased event, long millis) {
    Hold hold = held(event.getLease());
    TaskRecord task = hold.task;
    task.notBeforeMillis = event.getBackoffMillis() == 0 ? 0 : millis + event.getBackoffMillis();
    task.error = event.getMessage();
    if (Causes.kind(event.getCause()) == Causes.Kind.YIELD) {
      // Nothing broke: it waits like one that never ran, and no recovery is timed.
      task.step(Step.YIELDED);
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
    count(task, event.getCause(), hold.worker);
    dropLease(
        task,
        Causes.holderKnows(event)
            ? state.holdings::remove
            : ended -> state.holdings.revoke(ended, revocation(event)));
    if (task.kind == TaskKind.PARTITION) {
      task.job.ready.returned(task);
    }
  }

  private static String revocation(TaskReleased event) {
    return event.getRevoked() ? "it was not given back in time" : "the lease went to others";
  }

  private static void count(TaskRecord task, Cause cause, String worker) {
    switch (Causes.kind(cause)) {
      case ERROR -> {
        task.errorsWithoutProgress++;
        task.failedOn = worker;
      }
      case LOSS -> task.lossesWithoutProgress++;
      case DRAIN, YIELD -> {}
    }
  }

  private void committed(CheckpointCommitted event) {
    TaskRecord task = held(event.getLease()).task;
    task.step(Step.CHECKPOINTED);
    keep(task, event.getCheckpoint());
  }

  private static void keep(TaskRecord task, Checkpoint checkpoint) {
    if (checkpoint.getSequence() <= task.lastSequence) {
      throw new IllegalStateException(
          task.text() + ": sequence " + checkpoint.getSequence() + " after " + task.lastSequence);
    }
    task.lastSequence = checkpoint.getSequence();
    task.checkpoints = task.with(checkpoint, CHECKPOINTS_KEPT);
    task.progress = checkpoint.getProgress();
    task.errorsWithoutProgress = 0;
    task.lossesWithoutProgress = 0;
    task.error = "";
    task.failedOn = null;
  }

  private void split(PartitionSplit event) {
    Hold hold = held(event.getLease());
    TaskRecord head = hold.task;
    if (event.hasCheckpoint()) {
      keep(head, event.getCheckpoint());
    }
    head.step(Step.SPLIT);
    dropLease(head, state.holdings::remove);
    head.notBeforeMillis = 0;
    head.staysOn = hold.worker;
    head.job.cut(head, event);
    head.job.ready.returned(head);
  }

  private void quarantined(CheckpointQuarantined event) {
    TaskRecord task = held(event.getLease()).task;
    task.step(Step.QUARANTINED_CHECKPOINT);
    List<Checkpoint> kept = new ArrayList<>();
    List<QuarantinedCheckpoint> bad = new ArrayList<>(task.quarantined);
    for (Checkpoint checkpoint : task.checkpoints) {
      if (checkpoint.getSequence() == event.getSequence()) {
        bad.add(
            QuarantinedCheckpoint.newBuilder()
                .setSequence(checkpoint.getSequence())
                .setKey(checkpoint.getObject().getKey())
                .setMessage(event.getMessage())
                .build());
      } else {
        kept.add(checkpoint);
      }
    }
    task.checkpoints = List.copyOf(kept);
    task.quarantined = List.copyOf(bad);
    task.progress =
        kept.isEmpty() ? task.progress.getDefaultInstanceForType() : kept.get(0).getProgress();
  }

  private void completed(PartitionCompleted event, long millis) {
    Hold hold = held(event.getLease());
    TaskRecord task = hold.task;
    JobRecord job = task.job;
    task.step(Step.COMPLETED);
    task.setResult(event.hasResult() ? event.getResult() : null);
    task.segments = List.copyOf(event.getSegmentsList());
    task.progress = TaskRecord.shared(event.getProgress());
    task.checkpoints = task.checkpoints.isEmpty() ? List.of() : List.of(task.checkpoints.get(0));
    task.error = "";
    // A task that is done before its first safe point does not tell of its start.
    recovered(task, millis, 0);
    dropLease(task, state.holdings::remove);
    if (hold.sinceMillis != 0) {
      job.pace.took(millis - hold.sinceMillis);
    }
    job.succeeded++;
    job.begun.remove(task.index);
    job.weightSucceeded += task.weight;
    if (job.succeeded == job.partitions.length) {
      job.state = JobState.JOB_PUBLISHING;
    }
  }

  private void released(ObjectsReleased event) {
    JobRecord job = job(event.getJob());
    job.released.addAll(event.getKeysList());
    job.releasedAll |= event.getAll();
  }

  private void deleted(ObjectsDeleted event) {
    JobRecord job = job(event.getJob());
    event.getKeysList().forEach(job.released::remove);
    if (event.getAll()) {
      job.releasedAll = false;
      job.released.clear();
    }
  }

  private void endTasks(JobRecord job, String reason) {
    endTask(job.planning, reason);
    for (TaskRecord partition : job.partitions) {
      endTask(partition, reason);
    }
    endTask(job.publishing, reason);
  }

  private void endTask(TaskRecord task, String reason) {
    if (!task.ended()) {
      task.step(Step.CANCELLED);
      dropLease(task, ended -> state.holdings.revoke(ended, reason));
    }
  }

  private void end(JobRecord job, JobState outcome, long millis) {
    job.state = outcome;
    job.endedMillis = millis;
    state.retire(job);
  }

  private static void dropLease(TaskRecord task, Consumer<Hold> drop) {
    Hold hold = task.hold;
    if (hold != null) {
      if (task.kind == TaskKind.PARTITION) {
        task.job.running--;
      }
      drop.accept(hold);
      task.hold = null;
    }
  }

  private JobRecord job(String id) {
    JobRecord job = state.job(id);
    if (job == null) {
      throw new IllegalStateException(
          "the journal speaks of " + id + ", which was never submitted");
    }
    state.touch(job);
    return job;
  }

  private TaskRecord task(TaskId id) {
    TaskRecord task = job(id.getJob()).task(id);
    if (task == null) {
      throw new IllegalStateException(
          "the journal speaks of "
              + id.getKind()
              + " "
              + id.getIndex()
              + " of "
              + id.getJob()
              + ", which does not exist");
    }
    return task;
  }

  private Hold held(Lease lease) {
    TaskRecord task = task(lease.getTask());
    Hold hold = task.heldUnder(lease.getEpoch());
    if (hold == null) {
      throw new IllegalStateException(
          "the journal speaks of a lease of " + task.text() + " that is not the current one");
    }
    return hold;
  }
}
