package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskProgress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far each job has come, weighted by its plan: what succeeded counts whole, what runs or waits
 * by the share that it has done. Kept as the tasks go on, so that nobody who asks has to look at
 * all of them: soft state, counted anew after a start.
 *
 * <p>Counted in whole thousandths of a unit of weight, so that what was added can be taken away
 * again and nothing is left of it.
 */
final class JobProgress implements Holdings.Watcher {
  private static final long UNITS = 1000;

  private final ClusterState state;
  private final LiveProgress live;

  /** What partitions that have done a part count for, and the sum of that for each job. */
  private final Map<TaskRecord, Double> parts = new LinkedHashMap<>();

  private final Map<JobRecord, Double> sums = new LinkedHashMap<>();

  JobProgress(ClusterState state, LiveProgress live) {
    this.state = state;
    this.live = live;
  }

  Progress of(JobRecord job) {
    double done = job.weightSucceeded * UNITS + sums.getOrDefault(job, 0.0);
    return Progress.newBuilder()
        .setDone(Math.round(done))
        .setTotal(Math.round(job.weight * UNITS))
        .build();
  }

  /** Counts every partition once. */
  void countAll() {
    parts.clear();
    sums.clear();
    for (JobRecord job : state.jobs.values()) {
      for (TaskRecord partition : job.partitions) {
        count(partition);
      }
    }
  }

  /** What a worker says of a lease that it holds. */
  void update(Hold hold, TaskProgress report, long nanos) {
    live.update(hold, report, nanos);
    count(hold.task);
  }

  /** Takes note of how far a task has come now. */
  private void count(TaskRecord task) {
    double now = part(task);
    Double known = now == 0 ? parts.remove(task) : parts.put(task, now);
    double more = now - (known == null ? 0 : known);
    if (more != 0) {
      sums.merge(task.job, more, Double::sum);
    }
  }

  /** What a partition counts for, unless it has succeeded. */
  double part(TaskRecord task) {
    return task.kind != TaskKind.PARTITION
            || task.attempts == 0
            || task.state == PartitionState.PARTITION_SUCCEEDED
        ? 0
        : Math.rint(task.weight * share(live.of(task)) * UNITS);
  }

  private static double share(Progress progress) {
    return progress.getTotal() <= 0
        ? 0
        : Math.max(0, Math.min(1, (double) progress.getDone() / progress.getTotal()));
  }

  @Override
  public void came(Hold hold) {
    count(hold.task);
  }

  @Override
  public void went(Hold hold) {
    count(hold.task);
  }

  /** What changes how far a task has come, or what it weighs, beside the coming and going. */
  void applied(Event event) {
    switch (event.getKindCase()) {
      case CHECKPOINT_COMMITTED -> count(event.getCheckpointCommitted().getLease().getTask());
      case CHECKPOINT_QUARANTINED -> count(event.getCheckpointQuarantined().getLease().getTask());
      case CHECKPOINT_RESTORED -> count(event.getCheckpointRestored().getTask());
      case PARTITION_SPLIT -> count(event.getPartitionSplit().getLease().getTask());
      case TASK_RELEASED -> count(event.getTaskReleased().getLease().getTask());
      default -> {}
    }
  }

  private void count(TaskId id) {
    TaskRecord task = state.task(id);
    if (task != null) {
      count(task);
    }
  }
}
