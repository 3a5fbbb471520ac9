package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.proto.PartitionSplit;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A job and its tasks: hard state, changed by {@code apply} alone. Where it stands is said by
 * {@link JobLifecycle}.
 */
final class JobRecord {
  /** How many recoveries are remembered; beyond that the oldest are forgotten. */
  private static final int RECOVERIES_KEPT = 10_000;

  final String id;
  final String key;
  final JobSpec spec;

  /** Of the cluster: see {@link Generations}. */
  int epochGeneration;

  final long submittedMillis;

  /** What it asks of workers. */
  final Demand demand;

  /** How quick its partitions are, as far as this process has seen. */
  final Pace pace = new Pace();

  /** The job that this one begins anew; empty: none. */
  final String restartedFrom;

  JobState state = JobState.JOB_PENDING;
  long endedMillis;
  String error = "";
  @Nullable ObjectRef plan;
  @Nullable Manifest manifest;
  @Nullable Result result;

  TaskRecord planning;
  TaskRecord publishing;
  TaskRecord[] partitions = new TaskRecord[0];
  ReadyQueue ready = new ReadyQueue(0);
  int succeeded;
  int running;

  /** Partitions that failed for good, and that are in quarantine. */
  int failed;

  int quarantined;

  /** Partitions that are narrowed down to what makes them fail. */
  int bisecting;

  /** Cuts that were made for that. */
  int bisections;

  /** The weights of all partitions, and of those that succeeded. */
  double weight;

  double weightSucceeded;

  /** Whether the job's code can cut a running partition in two. */
  boolean splittable;

  private int cuts;

  /** Partitions that were assigned at some time and have not succeeded. */
  final NavigableSet<Integer> begun = new TreeSet<>();

  final Deque<RecoveryRecord> recoveries = new ArrayDeque<>();

  /** Released, and not yet known to be deleted. */
  final Set<String> released = new LinkedHashSet<>();

  boolean releasedAll;

  /** Needed by nobody any more, and not yet released. */
  final Set<String> litter = new LinkedHashSet<>();

  /** All was released once, and is deleted or will be: nothing can go on from it. */
  boolean objectsGone;

  /** When that was; 0: it was not, or in an older journal. */
  long objectsGoneMillis;

  /** In place of the spec's, since it was retried so; null: the spec's. */
  @Nullable Long maxCheckpointAge;

  /** Where it stands in {@link Retention}; null: nowhere. */
  Retention.@Nullable Turn turn;

  JobRecord(
      String id,
      String key,
      JobSpec spec,
      String restartedFrom,
      int epochGeneration,
      long submittedMillis) {
    this.restartedFrom = restartedFrom;
    this.id = id;
    this.key = key;
    this.spec = spec;
    demand = Demand.of(spec);
    this.epochGeneration = epochGeneration;
    this.submittedMillis = submittedMillis;
    planning = new TaskRecord(this, TaskKind.PLAN, 0, 1);
    publishing = new TaskRecord(this, TaskKind.PUBLISH, 0, 1);
  }

  /** How many checkpoints of a line are kept. */
  int keeps() {
    return spec.getKeepCheckpoints() == 0 ? Retention.CHECKPOINTS : spec.getKeepCheckpoints();
  }

  /** Whether what it has stored outlives its success, for a while. */
  boolean keepsSuccess() {
    return spec.hasKeepForMillis();
  }

  /** What workers are told of it. */
  JobSpec spoken() {
    return maxCheckpointAge == null
        ? spec
        : spec.toBuilder().setMaxCheckpointAgeMillis(maxCheckpointAge).build();
  }

  String name() {
    return spec.getName().isEmpty() ? spec.getJob() : spec.getName();
  }

  boolean ended() {
    return switch (state) {
      case JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELLED, JOB_STOPPED -> true;
      default -> false;
    };
  }

  /** The planning or publishing task of a job in that phase; null: it is in none. */
  @Nullable TaskRecord phase() {
    return switch (state) {
      case JOB_PENDING, JOB_PLANNING -> planning;
      case JOB_PUBLISHING -> publishing;
      default -> null;
    };
  }

  /** Whether its partitions run, or would if there were room. */
  boolean runsPartitions() {
    return state == JobState.JOB_RUNNING;
  }

  void step(JobLifecycle.Step step) {
    state = JobLifecycle.next(state, step, stage());
  }

  /** After its tasks have changed: goes on to the phase that they are in now. */
  void advance() {
    if (JobLifecycle.isPhase(state) && stage() != state) {
      step(JobLifecycle.Step.ADVANCED);
    }
  }

  /** What its tasks say: planned or not, all done or not. */
  JobState stage() {
    if (planning.state != PartitionState.PARTITION_SUCCEEDED) {
      return planning.attempts == 0 ? JobState.JOB_PENDING : JobState.JOB_PLANNING;
    }
    boolean all = succeeded + leftOut() == partitions.length;
    return all && (succeeded > 0 || partitions.length == 0)
        ? JobState.JOB_PUBLISHING
        : JobState.JOB_RUNNING;
  }

  /** Where it will stand once it is retried. */
  JobState afterRetry() {
    if (state == JobState.JOB_PAUSED) {
      return state;
    }
    boolean running =
        planning.state == PartitionState.PARTITION_SUCCEEDED && succeeded < partitions.length;
    return running ? JobState.JOB_RUNNING : stage();
  }

  /** How many partitions its output goes without. */
  private int leftOut() {
    return spec.getOnPoison() == OnPoison.ON_POISON_CONTINUE ? quarantined : 0;
  }

  /** Whether its tasks may be given out. */
  boolean givesOut() {
    return JobLifecycle.isPhase(state);
  }

  /** How many leases of it are out. */
  int held() {
    return running + (planning.leased() ? 1 : 0) + (publishing.leased() ? 1 : 0);
  }

  /** Takes a partition that has reached the end of its life into the sums, or out of them. */
  void count(TaskRecord task, int by) {
    if (task.kind != TaskKind.PARTITION) {
      return;
    }
    switch (task.state) {
      case PARTITION_SUCCEEDED -> {
        succeeded += by;
        weightSucceeded += by * task.weight;
      }
      case PARTITION_FAILED -> failed += by;
      case PARTITION_QUARANTINED -> quarantined += by;
      default -> {}
    }
  }

  void plan(ObjectRef plan, int splits, List<Integer> weights) {
    this.plan = plan;
    partitions = new TaskRecord[splits];
    for (int i = 0; i < splits; i++) {
      put(
          new TaskRecord(
              this,
              TaskKind.PARTITION,
              i,
              weights.isEmpty() ? 1 : Integer.toUnsignedLong(weights.get(i))));
    }
    ready = new ReadyQueue(splits);
  }

  /** A partition has become two: it covers the head, and a new one the tail. */
  void cut(TaskRecord head, PartitionSplit cut) {
    if (cut.getTailIndex() != partitions.length) {
      throw new IllegalStateException(
          "a split of " + head.text() + " makes partition " + cut.getTailIndex() + " of " + id);
    }
    head.bounds = cut.getHead();
    weight -= head.weight;
    head.weight = cut.getHeadWeight();
    weight += head.weight;
    TaskRecord tail =
        new TaskRecord(this, TaskKind.PARTITION, cut.getTailIndex(), cut.getTailWeight());
    tail.bounds = cut.getTail();
    tail.splitFrom = head.index;
    Narrowing narrowing = head.narrowing();
    if (narrowing != null) {
      bisections += narrowing.bisect() ? 1 : 0;
      head.narrow(narrowing.half());
      tail.narrow(narrowing.half());
      tail.failedOn = head.failedOn;
    }
    partitions = Arrays.copyOf(partitions, partitions.length + 1);
    put(tail);
    ready.grow(tail);
  }

  /** Puts back a task from a snapshot. */
  void restore(TaskRecord task) {
    switch (task.kind) {
      case PLAN -> planning = task;
      case PUBLISH -> publishing = task;
      default -> {
        put(task);
        bisecting += task.narrowing() == null ? 0 : 1;
      }
    }
  }

  private void put(TaskRecord task) {
    partitions[task.index] = task;
    weight += task.weight;
    cuts += task.splitFrom >= 0 ? 1 : 0;
  }

  /** How many of its partitions came of cuts. */
  int cuts() {
    return cuts;
  }

  /** Null: no such task, or not yet. */
  @Nullable TaskRecord task(TaskId id) {
    return switch (id.getKind()) {
      case PLAN -> planning;
      case PUBLISH -> publishing;
      case PARTITION ->
          Integer.compareUnsigned(id.getIndex(), partitions.length) < 0
              ? partitions[id.getIndex()]
              : null;
      default -> null;
    };
  }

  void remember(RecoveryRecord recovery) {
    if (recoveries.size() == RECOVERIES_KEPT) {
      recoveries.removeFirst();
    }
    recoveries.addLast(recovery);
  }
}
