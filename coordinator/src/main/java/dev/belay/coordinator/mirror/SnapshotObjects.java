package dev.belay.coordinator.mirror;

import dev.belay.coordinator.mirror.MirrorStore.Wanted;
import dev.belay.runtime.proto.JobEntry;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.TaskEntry;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Which objects are live in a snapshot, whose entries are given one after the other. */
final class SnapshotObjects {
  private final Consumer<JobEntry> jobs;
  private final Consumer<Wanted> out;
  private final Consumer<String> quarantined;
  private final Set<String> released = new LinkedHashSet<>();
  private boolean gone;

  /**
   * @param jobs told of each job before its objects
   * @param quarantined told of objects that were found unusable where the cluster is, and are kept
   *     as long as they last
   */
  SnapshotObjects(Consumer<JobEntry> jobs, Consumer<Wanted> out, Consumer<String> quarantined) {
    this.quarantined = quarantined;
    this.jobs = jobs;
    this.out = out;
  }

  void accept(SnapshotEntry entry) {
    switch (entry.getKindCase()) {
      case JOB -> job(entry.getJob());
      case TASK -> task(entry.getTask());
      default -> {}
    }
  }

  private void job(JobEntry job) {
    released.clear();
    released.addAll(job.getReleasedList());
    released.addAll(job.getLitterList());
    gone = isGone(job);
    jobs.accept(job);
    if (job.hasPlan()) {
      live(Draft.wanted(job.getPlan()));
    }
  }

  /** Whether all of its objects were released. */
  static boolean isGone(JobEntry job) {
    return job.getReleasedAll() || job.getObjectsGone() || job.getState() == JobState.JOB_SUCCEEDED;
  }

  private void task(TaskEntry task) {
    // What is done keeps its output alone.
    if (task.getState() != PartitionState.PARTITION_SUCCEEDED) {
      task.getCheckpointsList().forEach(checkpoint -> Draft.madeBy(checkpoint, this::live));
      task.getSecond()
          .getCheckpointsList()
          .forEach(checkpoint -> Draft.madeBy(checkpoint, this::live));
    }
    Draft.madeBy(task.getSegmentsList(), this::live);
    task.getQuarantinedList().forEach(one -> quarantined.accept(one.getKey()));
    task.getQuarantinedList()
        .forEach(one -> one.getCheckpoint().getReferencesList().forEach(quarantined));
  }

  private void live(Wanted object) {
    if (!gone && !object.key().isEmpty() && !released.contains(object.key())) {
      out.accept(object);
    }
  }
}
