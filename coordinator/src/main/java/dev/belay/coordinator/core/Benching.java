package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which worker fails whatever it touches: its last attempts, at several tasks, all ended by errors
 * while other workers made progress on the same jobs. A broken disk or a missing library looks like
 * that; a bad job does not, since it fails everywhere, and a bad partition does not either: what
 * fails on a second worker, too, is held against neither. Such a worker gets nothing new for a
 * while; a success of its own, or a new process, clears it. The last that could take something is
 * never benched.
 *
 * <p>Soft state, gathered from what is decided about reports.
 */
final class Benching {
  static final long BENCH_NANOS = 300_000_000_000L;
  private static final int FAILURES = 3;
  private static final int TASKS = 2;

  /** No incarnation is called that. */
  private static final String SEVERAL = "";

  private final ClusterState state;
  private final Liveness liveness;
  private final Capacity capacity;
  private final Map<String, Streak> streaks = new LinkedHashMap<>();
  private final Map<JobRecord, Going> going = new LinkedHashMap<>();
  private final Map<String, Long> benchedUntil = new LinkedHashMap<>();

  /** On which process a task has failed since it made progress, or {@link #SEVERAL}. */
  private final Map<TaskRecord, String> failedOn = new LinkedHashMap<>();

  /** What a worker did since its last success. */
  private static final class Streak {
    /** How often, by task; without those that failed on others, too. */
    final Map<TaskRecord, Integer> failures = new LinkedHashMap<>();

    int attempts() {
      return failures.values().stream().mapToInt(Integer::intValue).sum();
    }

    boolean condemns() {
      return failures.size() >= TASKS && attempts() >= FAILURES;
    }
  }

  /** Who made progress on a job last, and when somebody else did. */
  private static final class Going {
    String last = "";
    long lastNanos;
    String other = "";
    long otherNanos;

    void by(String incarnation, long nanos) {
      if (!incarnation.equals(last)) {
        other = last;
        otherNanos = lastNanos;
        last = incarnation;
      }
      lastNanos = nanos;
    }

    boolean withoutHelpOf(String incarnation, long sinceNanos) {
      return (!last.isEmpty() && !last.equals(incarnation) && lastNanos - sinceNanos >= 0)
          || (!other.isEmpty() && !other.equals(incarnation) && otherNanos - sinceNanos >= 0);
    }
  }

  Benching(ClusterState state, Liveness liveness, Capacity capacity) {
    this.state = state;
    this.liveness = liveness;
    this.capacity = capacity;
  }

  /** Learns from what was decided about a report, before it is applied. */
  void observe(List<Event> events, long nanos) {
    for (Event event : events) {
      switch (event.getKindCase()) {
        case TASK_RELEASED -> {
          if (Causes.kind(event.getTaskReleased().getCause()) == Causes.Kind.ERROR) {
            failed(hold(event.getTaskReleased().getLease()), nanos);
          }
        }
        case PARTITION_QUARANTINED -> {
          if (Causes.kind(event.getPartitionQuarantined().getCause()) == Causes.Kind.ERROR) {
            failed(hold(event.getPartitionQuarantined().getLease()), nanos);
          }
        }
        case JOB_FAILED -> {
          if (event.getJobFailed().hasTask()) {
            failed(hold(event.getJobFailed().getTask()), nanos);
          }
        }
        case CHECKPOINT_COMMITTED ->
            progressed(hold(event.getCheckpointCommitted().getLease()), nanos);
        case PARTITION_COMPLETED ->
            progressed(hold(event.getPartitionCompleted().getLease()), nanos);
        default -> {}
      }
    }
  }

  private @Nullable Hold hold(Lease lease) {
    return hold(lease.getTask());
  }

  private @Nullable Hold hold(TaskId id) {
    TaskRecord task = state.task(id);
    return task == null ? null : task.hold;
  }

  private void progressed(@Nullable Hold hold, long nanos) {
    if (hold == null) {
      return;
    }
    going.computeIfAbsent(hold.task.job, job -> new Going()).by(hold.incarnation, nanos);
    failedOn.remove(hold.task);
    streaks.remove(hold.incarnation);
    clear(hold.incarnation);
  }

  private void failed(@Nullable Hold hold, long nanos) {
    // That a piece fails which came of one that does says nothing about the worker.
    if (hold == null || hold.task.narrowing() != null) {
      return;
    }
    String before = failedOn.putIfAbsent(hold.task, hold.incarnation);
    if (before != null && !before.equals(hold.incarnation)) {
      failedOn.put(hold.task, SEVERAL);
      absolve(before, hold.task);
      return;
    }
    Streak streak = streaks.computeIfAbsent(hold.incarnation, incarnation -> new Streak());
    streak.failures.merge(hold.task, 1, Integer::sum);
    WorkerRecord worker = liveness.as(hold.incarnation);
    if (worker != null
        && streak.condemns()
        && othersDoWell(streak, hold.incarnation, nanos)
        && capacity.hasSubstitute(worker)) {
      worker.benched =
          "its last %d attempts, at %d tasks, all failed, while others made progress on the same jobs"
              .formatted(streak.attempts(), streak.failures.size());
      benchedUntil.put(hold.incarnation, nanos + BENCH_NANOS);
      capacity.refresh(worker);
    }
  }

  /** The task failed elsewhere, too. */
  private void absolve(String incarnation, TaskRecord task) {
    Streak streak = streaks.get(incarnation);
    if (streak != null && streak.failures.remove(task) != null && !streak.condemns()) {
      clear(incarnation);
    }
  }

  private boolean othersDoWell(Streak streak, String incarnation, long nanos) {
    return streak.failures.keySet().stream()
        .map(task -> going.get(task.job))
        .anyMatch(one -> one != null && one.withoutHelpOf(incarnation, nanos - BENCH_NANOS));
  }

  private void clear(String incarnation) {
    if (benchedUntil.remove(incarnation) != null) {
      release(incarnation);
    }
  }

  private void release(String incarnation) {
    WorkerRecord worker = liveness.as(incarnation);
    if (worker != null) {
      worker.benched = "";
      capacity.refresh(worker);
    }
  }

  /** To be called at each tick: whose time on the bench is over gets another chance. */
  void tick(long nanos) {
    if (!benchedUntil.isEmpty()) {
      for (Map.Entry<String, Long> benched : List.copyOf(benchedUntil.entrySet())) {
        if (nanos - benched.getValue() >= 0) {
          streaks.remove(benched.getKey());
          clear(benched.getKey());
        }
      }
    }
    // What belongs to nobody any more goes when it is most of all.
    if (streaks.size() > 2 * liveness.workers().size() + 16) {
      streaks.keySet().removeIf(incarnation -> liveness.as(incarnation) == null);
    }
    if (failedOn.size() > 2 * liveness.workers().size() + 1_024) {
      failedOn.keySet().removeIf(task -> task.job.ended() || task.hold == null);
    }
    if (going.size() > 2 * state.active.size() + 16) {
      going.keySet().removeIf(JobRecord::ended);
    }
  }
}
