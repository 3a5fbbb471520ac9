package dev.belay.jobs.simulation.check;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobPlanned;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSubmitted;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.PartitionQuarantined;
import dev.belay.runtime.proto.PartitionSplit;
import dev.belay.runtime.proto.PublishPrepared;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.Split;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskReleased;
import dev.belay.runtime.proto.TaskStarted;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The whole cluster, as the journal tells it, record by record. Throws at the first that lies. */
final class Account {
  /** What the journal does not say: what workers really did, and what was damaged on purpose. */
  interface Truth {
    boolean reported(String incarnation, Report report);

    /** Whether an object, or one that it builds on, was damaged on purpose. */
    boolean damaged(Checkpoint checkpoint);

    /** Whether a job's output is what it must be. */
    boolean published(String job);

    /** Why a partition that covers this should not have been given up; empty: it should. */
    String wronged(TaskId task, SplitBounds bounds, String error);
  }

  private final Truth truth;
  private final Map<String, JobAccount> jobs = new LinkedHashMap<>();
  private final Map<String, String> keys = new LinkedHashMap<>();

  Account(Truth truth) {
    this.truth = truth;
  }

  Collection<JobAccount> jobs() {
    return jobs.values();
  }

  @Nullable JobAccount job(String id) {
    return jobs.get(id);
  }

  /** The job of a submit; null: none. */
  @Nullable String submitted(String key) {
    return keys.get(key);
  }

  void take(JournalRecord record) {
    record.getEventsList().forEach(this::take);
    for (Event event : record.getEventsList()) {
      if (event.hasObjectsReleased()) {
        mayRelease(event.getObjectsReleased(), event.getMillis());
      }
    }
  }

  private void take(Event event) {
    switch (event.getKindCase()) {
      case CLUSTER_FOUNDED, GENERATION_FOUNDED -> {}
      case JOB_SUBMITTED -> submitted(event.getJobSubmitted());
      case JOB_PLANNED -> planned(event.getJobPlanned());
      case PUBLISH_PREPARED -> prepared(event.getPublishPrepared());
      case JOB_SUCCEEDED -> succeeded(must(event.getJobSucceeded().getJob()), event.getMillis());
      case JOB_FAILED -> {
        JobAccount job = must(event.getJobFailed().getJob());
        job.error = event.getJobFailed().getError();
        job.ends(JobState.JOB_FAILED, event.getMillis());
      }
      case JOB_CANCELLED -> {
        JobAccount job = must(event.getJobCancelled().getJob());
        Violation.unless(job.manifest == null, job.id, "cancelled while it publishes");
        job.ends(JobState.JOB_CANCELLED, event.getMillis());
      }
      case JOB_PAUSED -> {
        JobAccount job = must(event.getJobPaused().getJob());
        job.mustGoOn("pauses");
        job.paused = true;
      }
      case JOB_RESUMED -> must(event.getJobResumed().getJob()).paused = false;
      case JOB_STOPPING -> must(event.getJobStopping().getJob()).stopping();
      case JOB_STOPPED -> must(event.getJobStopped().getJob()).stopped(event.getMillis());
      case JOB_RETRIED -> must(event.getJobRetried().getJob()).retried();
      case PARTITION_QUARANTINED -> quarantined(event.getPartitionQuarantined());
      case TASK_ASSIGNED -> assigned(event);
      case SPECULATION_STARTED ->
          must(event.getSpeculationStarted().getLease())
              .assignedBeside(
                  event.getSpeculationStarted().getLease(),
                  event.getSpeculationStarted().getIncarnation());
      case TASK_STARTED -> started(event.getTaskStarted());
      case TASK_RELEASED -> released(event.getTaskReleased());
      case CHECKPOINT_COMMITTED -> committed(event);
      case CHECKPOINT_QUARANTINED -> quarantined(event);
      case PARTITION_COMPLETED -> completed(event.getPartitionCompleted());
      case PARTITION_SPLIT -> split(event.getPartitionSplit());
      case CHECKPOINT_RESTORED ->
          must(event.getCheckpointRestored().getTask())
              .backTo(event.getCheckpointRestored().getSequence());
      case OBJECTS_RELEASED -> released(event.getObjectsReleased());
      case OBJECTS_DELETED -> {}
      case KIND_NOT_SET -> throw new Violation("an event of no kind");
    }
  }

  private void submitted(JobSubmitted event) {
    String before = keys.put(event.getKey(), event.getJob());
    Violation.unless(before == null, event.getJob(), "submitted twice, before as " + before);
    JobAccount older =
        jobs.put(event.getJob(), new JobAccount(event.getJob(), event.getKey(), event.getSpec()));
    Violation.unless(older == null, event.getJob(), "two jobs of one name");
  }

  private void planned(JobPlanned event) {
    JobAccount job = must(event.getJob());
    job.planning.over(event.getEpoch());
    job.plan = event.getPlan().getKey();
    job.splittable = event.getSplittable();
    job.planned(event.getSplits());
  }

  private void prepared(PublishPrepared event) {
    JobAccount job = must(event.getJob());
    Violation.unless(job.manifest == null, job.id, "a second publication was prepared");
    Violation.unless(job.allCompleted(), job.id, "publishes before all partitions are completed");
    Violation.unless(
        event.getEpoch().equals(job.publishing.newest()) && job.publishing.isLeased(),
        job.id,
        "a publication prepared under a stale epoch");
    job.manifest = event.getManifest();
  }

  private void succeeded(JobAccount job, long millis) {
    Violation.unless(job.manifest != null, job.id, "succeeded without a publication");
    Violation.unless(truth.published(job.id), job.id, "succeeded, and its output is not right");
    job.ends(JobState.JOB_SUCCEEDED, millis);
  }

  private void assigned(Event event) {
    Lease lease = event.getTaskAssigned().getLease();
    JobAccount job = must(lease.getTask().getJob());
    Violation.unless(!job.hasEnded(), job.id, "assigned after its end");
    Violation.unless(!job.paused, job.id, "assigned while it is paused");
    Violation.unless(!job.stopping, job.id, "assigned while it stops");
    switch (lease.getTask().getKind()) {
      case PUBLISH ->
          Violation.unless(job.allCompleted(), job.id, "is published before it is complete");
      case PARTITION -> Violation.unless(job.planned, job.id, "runs before it is planned");
      default -> {}
    }
    must(lease).assigned(lease, event.getTaskAssigned().getIncarnation());
  }

  private void released(TaskReleased event) {
    TaskAccount task = must(event.getLease());
    task.released(event.getLease(), isWanted(event));
    if (event.hasNarrowing()) {
      Violation.unless(
          must(event.getLease().getTask().getJob()).splittable, task, "bisected, and cannot split");
      task.givenUp(
          event.getLease(), event.getNarrowing().getDepth(), event.getNarrowing().getBisect());
    }
  }

  private void quarantined(PartitionQuarantined event) {
    TaskAccount task = must(event.getLease());
    task.quarantined(event.getLease());
    String wrong = truth.wronged(task.id, task.bounds(), event.getError());
    Violation.unless(wrong.isEmpty(), task, "in quarantine: " + wrong);
  }

  /** Whether the work is to go on, if somebody else is at it. */
  private static boolean isWanted(TaskReleased event) {
    return switch (event.getCause()) {
      case PAUSED, STOPPED, PREEMPTED, RESTORED -> false;
      default -> true;
    };
  }

  private void started(TaskStarted event) {
    TaskAccount task = must(event.getLease());
    byHolder(
        task,
        event.getLease(),
        Report.newBuilder()
            .setStarted(
                dev.belay.runtime.proto.Started.newBuilder()
                    .setResumedFromSequence(event.getResumedFromSequence())));
    task.started(event.getLease(), event.getResumedFromSequence());
  }

  private void committed(Event event) {
    Lease lease = event.getCheckpointCommitted().getLease();
    TaskAccount task = must(lease);
    byHolder(
        task,
        lease,
        Report.newBuilder().setCheckpoint(event.getCheckpointCommitted().getCheckpoint()));
    JobAccount job = must(lease.getTask().getJob());
    for (String key : event.getCheckpointCommitted().getCheckpoint().getReferencesList()) {
      Violation.unless(!job.released.contains(key), task, "counts on a released object " + key);
    }
    task.committed(lease, event.getCheckpointCommitted().getCheckpoint());
  }

  private void quarantined(Event event) {
    Lease lease = event.getCheckpointQuarantined().getLease();
    TaskAccount task = must(lease);
    Checkpoint lost = task.quarantined(lease, event.getCheckpointQuarantined().getSequence());
    Violation.unless(
        truth.damaged(lost), task, lost.getObject().getKey() + " is gone, and nobody damaged it");
  }

  private void completed(PartitionCompleted event) {
    TaskAccount task = must(event.getLease());
    Completed completed =
        Completed.newBuilder()
            .setResult(event.getResult())
            .addAllSegments(event.getSegmentsList())
            .setProgress(event.getProgress())
            .build();
    byHolder(task, event.getLease(), Report.newBuilder().setCompleted(completed));
    task.completed(event.getLease(), completed);
  }

  private void split(PartitionSplit event) {
    JobAccount job = must(event.getLease().getTask().getJob());
    TaskAccount head = must(event.getLease());
    Split.Builder split = Split.newBuilder().setHead(event.getHead()).setTail(event.getTail());
    if (event.hasCheckpoint()) {
      split.setCheckpoint(event.getCheckpoint());
    }
    byHolder(head, event.getLease(), Report.newBuilder().setSplit(split));
    if (event.hasCheckpoint()) {
      head.committed(event.getLease(), event.getCheckpoint());
    }
    head.cut(event.getLease(), event.getHead());
    Violation.unless(
        event.getTailIndex() == job.partitions.size(),
        head,
        "its tail is partition " + event.getTailIndex() + " of " + job.partitions.size());
    job.add(event.getTail(), head);
  }

  private void byHolder(TaskAccount task, Lease lease, Report.Builder what) {
    String holder = String.valueOf(task.holder(lease));
    Violation.unless(
        truth.reported(holder, what.setLease(lease).build()),
        task,
        "its holder " + holder + " never reported " + what.getWhatCase());
  }

  private void released(ObjectsReleased event) {
    JobAccount job = must(event.getJob());
    job.released.addAll(event.getKeysList());
    job.releasedAll |= event.getAll();
    job.releasedTimes += event.getAll() ? 1 : 0;
  }

  private void mayRelease(ObjectsReleased event, long millis) {
    JobAccount job = must(event.getJob());
    Violation.unless(!event.getAll() || job.hasEnded(), job.id, "released before its end");
    // What a late put left behind is released again, perhaps by a clock that was set back.
    Violation.unless(
        !event.getAll() || job.releasedTimes > 1 || millis >= job.keptUntil(),
        job.id,
        "released before its time is over");
    mayLose(job, event.getKeysList());
    event.getKeysList().forEach(new Space(this)::mayRelease);
  }

  private static void mayLose(JobAccount job, Collection<String> keys) {
    var needed = job.needed();
    for (String key : keys) {
      Violation.unless(!needed.contains(key), job.id, "still needs " + key + ", which is released");
    }
  }

  /** Whether what is in the store under this key may be deleted now. */
  void mayDelete(String key) {
    for (JobAccount job : jobs.values()) {
      if (key.contains("/" + job.id + "/")) {
        Violation.unless(
            job.releasedAll || job.released.contains(key),
            job.id,
            key + " deleted, never released");
        Violation.unless(!job.needed().contains(key), job.id, "still needs the deleted " + key);
      }
    }
  }

  /** Whether nobody will ever miss this. */
  void mayBeGone(String key) {
    for (JobAccount job : jobs.values()) {
      Violation.unless(!job.needed().contains(key), job.id, "still needs " + key + ", deleted");
    }
    new Space(this).mayRelease(key);
  }

  /** Whether an upload under this key may be ended. */
  void mayAbandon(String key) {
    new Space(this).mayAbandon(key);
  }

  /** Who holds what. */
  Map<String, Set<Lease>> held() {
    Map<String, Set<Lease>> held = new LinkedHashMap<>();
    for (JobAccount job : jobs.values()) {
      if (!job.hasEnded()) {
        job.tasks().forEach(task -> task.addHeld(held));
      }
    }
    return held;
  }

  void compare(SnapshotEntry entry) {
    if (entry.hasTask()) {
      TaskAccount task = task(entry.getTask().getTask());
      Violation.unless(task != null, entry.getTask().getTask().getJob(), "a task from nowhere");
      if (task != null) {
        task.compare(entry.getTask());
      }
    }
  }

  @Nullable TaskAccount task(TaskId id) {
    JobAccount job = jobs.get(id.getJob());
    return job == null ? null : job.task(id);
  }

  private TaskAccount must(Lease lease) {
    return must(lease.getTask());
  }

  private TaskAccount must(TaskId id) {
    TaskAccount task = task(id);
    if (task == null) {
      throw new Violation("an event about a task that does not exist: " + id);
    }
    return task;
  }

  private JobAccount must(String id) {
    JobAccount job = jobs.get(id);
    if (job == null) {
      throw new Violation("an event about a job that does not exist: " + id);
    }
    return job;
  }
}
