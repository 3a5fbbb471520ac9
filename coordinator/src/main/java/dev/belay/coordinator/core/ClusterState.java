package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobEntry;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.SnapshotHeader;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the journal's events add up to, and nothing else: jobs and their tasks, and the
 * indexes over them. Changed by {@link EventApplier} alone; read by whoever decides.
 */
final class ClusterState {
  /** Empty: not founded yet. */
  String cluster = "";

  int epochGeneration;
  long nextJob = 1;
  final Map<String, JobRecord> jobs = new LinkedHashMap<>();

  /** Jobs by the key of their submit. */
  final Map<String, JobRecord> submits = new LinkedHashMap<>();

  /** Unfinished jobs by the output paths that they claim. */
  final Map<String, JobRecord> claims = new LinkedHashMap<>();

  /** Unfinished jobs, oldest first: where what waits is looked for. */
  final Set<JobRecord> active = new LinkedHashSet<>();

  /** Unfinished jobs of which something follows by itself, once it can: see {@link Conclusions}. */
  final Set<JobRecord> unsettled = new LinkedHashSet<>();

  final Holdings holdings = new Holdings();

  /** Jobs with objects that nobody needs, and that are not released yet. */
  final Set<JobRecord> littered = new LinkedHashSet<>();

  final Retention retention = new Retention();

  /** Jobs that events were about since the placer last looked; no part of what they add up to. */
  private final Set<JobRecord> touched = new LinkedHashSet<>();

  @Nullable JobRecord job(String id) {
    return jobs.get(id);
  }

  @Nullable TaskRecord task(TaskId id) {
    JobRecord job = jobs.get(id.getJob());
    return job == null ? null : job.task(id);
  }

  String nextJobId() {
    return "job-" + nextJob;
  }

  /** The job that an event speaks of. */
  JobRecord existing(String id) {
    JobRecord job = jobs.get(id);
    if (job == null) {
      throw new IllegalStateException(
          "the journal speaks of " + id + ", which was never submitted");
    }
    touch(job);
    return job;
  }

  /** The task that an event speaks of. */
  TaskRecord existing(TaskId id) {
    TaskRecord task = existing(id.getJob()).task(id);
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

  String prefix(JobRecord job) {
    return cluster + "/" + job.id;
  }

  /** Notes that something of a job is not as it was. */
  void touch(JobRecord job) {
    touched.add(job);
  }

  /** Those touched since the last call. */
  List<JobRecord> drainTouched() {
    if (touched.isEmpty()) {
      return List.of();
    }
    List<JobRecord> jobs = List.copyOf(touched);
    touched.clear();
    return jobs;
  }

  void register(JobRecord job) {
    touch(job);
    jobs.put(job.id, job);
    submits.put(job.key, job);
    if (!job.ended()) {
      claim(job);
    }
  }

  /** A job that is not over: its outputs are its own. */
  void claim(JobRecord job) {
    active.add(job);
    job.spec.getOutputsList().forEach(output -> claims.put(output, job));
  }

  void retire(JobRecord job) {
    active.remove(job);
    unsettled.remove(job);
    job.spec.getOutputsList().forEach(claims::remove);
    job.ready.clear();
  }

  /** Writes the state, header first; the journal adds to the header what it alone knows. */
  void snapshot(Consumer<SnapshotEntry> out) {
    out.accept(
        SnapshotEntry.newBuilder()
            .setHeader(
                SnapshotHeader.newBuilder()
                    .setCluster(cluster)
                    .setEpochGeneration(epochGeneration)
                    .setNextJob(nextJob))
            .build());
    for (JobRecord job : jobs.values()) {
      out.accept(SnapshotEntry.newBuilder().setJob(JobEntries.toEntry(job)).build());
      emit(job.planning, out);
      for (TaskRecord partition : job.partitions) {
        emit(partition, out);
      }
      emit(job.publishing, out);
    }
  }

  private static void emit(TaskRecord task, Consumer<SnapshotEntry> out) {
    out.accept(SnapshotEntry.newBuilder().setTask(TaskEntries.toEntry(task)).build());
  }

  /** Takes in what {@link #snapshot} wrote, entry by entry. */
  void restore(SnapshotEntry entry) {
    switch (entry.getKindCase()) {
      case HEADER -> restore(entry.getHeader());
      case JOB -> restore(entry.getJob());
      case TASK -> restore(entry.getTask());
      case FOOTER -> {}
      case KIND_NOT_SET ->
          throw new IllegalStateException(
              "the snapshot holds an entry of a kind that this version does not know: upgrade the"
                  + " coordinator");
    }
  }

  private void restore(SnapshotHeader header) {
    cluster = header.getCluster();
    epochGeneration = header.getEpochGeneration();
    nextJob = header.getNextJob();
  }

  private void restore(JobEntry entry) {
    JobRecord job = JobEntries.fromEntry(entry, epochGeneration);
    register(job);
    if (!job.ended()) {
      // Whoever looks finds out whether there is anything to conclude.
      unsettled.add(job);
    }
    if (!job.litter.isEmpty()) {
      littered.add(job);
    }
    if (job.ended()) {
      retention.ended(job);
    }
  }

  private void restore(TaskEntry entry) {
    JobRecord job = jobs.get(entry.getTask().getJob());
    if (job == null) {
      throw new IllegalStateException(
          "the snapshot holds a task of " + entry.getTask().getJob() + " before the job");
    }
    TaskRecord task = TaskEntries.fromEntry(job, entry);
    job.restore(task);
    if (task.hold != null) {
      holdings.add(task.hold);
    }
    if (task.second != null) {
      holdings.add(task.second);
    }
    if (task.kind == TaskKind.PARTITION) {
      restoreCounts(job, task);
    }
    if (task.releasedMillis != 0 && !task.ended()) {
      task.recovery = openRecovery(task);
    }
  }

  private void restoreCounts(JobRecord job, TaskRecord task) {
    if (job.ended() || task.leased() || task.ended()) {
      job.ready.assigned(task);
    } else if (task.attempts > 0 || task.runsAlone()) {
      job.ready.assigned(task);
      job.ready.returned(task);
    }
    if (task.leased()) {
      job.running++;
    }
    if (task.attempts > 0 && task.state != PartitionState.PARTITION_SUCCEEDED) {
      job.begun.add(task.index);
    }
    job.count(task, 1);
  }

  private static @Nullable RecoveryRecord openRecovery(TaskRecord task) {
    Iterator<RecoveryRecord> newestFirst = task.job.recoveries.descendingIterator();
    while (newestFirst.hasNext()) {
      RecoveryRecord recovery = newestFirst.next();
      if (recovery.kind == task.kind && recovery.index == task.index) {
        return recovery.restoredMillis < 0 ? recovery : null;
      }
    }
    return null;
  }
}
