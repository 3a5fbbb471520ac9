package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Places what must run alone: a task whose workers were lost twice without progress may be what
 * killed them, so it gets a worker that holds nothing else. If none is empty, one is kept free of
 * anything new until it is, so that the task does not wait for ever.
 */
final class Alone {
  /** One in so many workers of a pool may be kept free at a time, and always one. */
  private static final int RESERVED_SHARE = 4;

  /** After which what else the worker runs is asked to yield: it may take hours. */
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  /** How many are looked at for one decision. */
  private static final int MOST_LOOKED_AT = 64;

  private final ClusterState state;
  private final FairShare jobs;
  private final Capacity capacity;
  private final RetryPolicy retries;
  private final Yields yields;
  private final Map<TaskRecord, Kept> reserved = new LinkedHashMap<>();

  /** A worker that is kept free. */
  private record Kept(Seat seat, long sinceNanos) {}

  Alone(ClusterState state, FairShare jobs, Capacity capacity, RetryPolicy retries, Yields yields) {
    this.state = state;
    this.yields = yields;
    this.jobs = jobs;
    this.capacity = capacity;
    this.retries = retries;
  }

  void place(Placements placements, Now now) {
    giveUp();
    int looked = 0;
    for (Contender contender : jobs.withAlone()) {
      for (TaskRecord task : tasks(contender.job)) {
        if (placements.full() || ++looked > MOST_LOOKED_AT || !contender.mayRunMore()) {
          break;
        }
        if (retries.due(task, now.wallMillis()) && !outranked(contender)) {
          place(contender, task, placements, now.nanos());
        }
      }
    }
  }

  /** Who waits in vain for what is not to come any more. */
  private void giveUp() {
    for (Map.Entry<TaskRecord, Kept> entry : List.copyOf(reserved.entrySet())) {
      TaskRecord task = entry.getKey();
      Seat seat = entry.getValue().seat();
      Contender contender = jobs.of(task.job);
      boolean wanted =
          task.waits() && task.runsAlone() && contender != null && !outranked(contender);
      if (!wanted || !seat.worker.takesWork() || capacity.named(seat.worker.name) != seat) {
        release(task, seat);
      }
    }
  }

  private void release(TaskRecord task, Seat seat) {
    reserved.remove(task);
    capacity.reserve(seat, null);
  }

  private static List<TaskRecord> tasks(JobRecord job) {
    TaskRecord phase = job.phase();
    if (phase != null) {
      return List.of(phase);
    }
    List<TaskRecord> tasks = new ArrayList<>();
    job.ready.alone().forEach(index -> tasks.add(job.partitions[index]));
    return tasks;
  }

  /** Whether a job of higher priority waits for the same workers. */
  private static boolean outranked(Contender contender) {
    Contender first = contender.line.first();
    return first != null && first.priority() > contender.priority();
  }

  private void place(Contender contender, TaskRecord task, Placements placements, long nanos) {
    Pool pool = contender.line.pool;
    Kept kept = reserved.get(task);
    if (kept != null && kept.seat().empty()) {
      release(task, kept.seat());
    }
    Seat seat = confirmed(pool.pickEmpty(task.failedOn));
    if (seat != null) {
      if (kept != null && kept.seat().reservedFor == task) {
        release(task, kept.seat());
      }
      placements.add(task, seat);
      jobs.placed(contender, true);
    } else if (kept != null) {
      hurry(task, kept, nanos);
    } else if (mayReserve(pool)) {
      reserve(task, confirmed(pool.roomiest()), nanos);
    }
  }

  private void hurry(TaskRecord task, Kept kept, long nanos) {
    if (nanos - kept.sinceNanos() >= PATIENCE_NANOS) {
      for (Hold hold : state.holdings.of(kept.seat().worker.incarnation).holds) {
        if (hold.task.isPartition()) {
          yields.ask(
              hold,
              Cause.PREEMPTED,
              "makes room for %s of %s, which is to run alone".formatted(task.text(), task.job.id),
              nanos);
        }
      }
    }
  }

  private boolean mayReserve(Pool pool) {
    long kept = reserved.values().stream().filter(one -> one.seat().pools.contains(pool)).count();
    return kept < Math.max(1, pool.members.size() / RESERVED_SHARE);
  }

  private void reserve(TaskRecord task, @Nullable Seat seat, long nanos) {
    if (seat != null) {
      reserved.put(task, new Kept(seat, nanos));
      capacity.reserve(seat, task);
    }
  }

  private @Nullable Seat confirmed(@Nullable Seat seat) {
    return seat != null && capacity.confirm(seat) ? seat : null;
  }

  /** What a job waits for that has nothing else to do, for people; empty: for nothing of this. */
  String trouble(JobRecord job) {
    for (TaskRecord task : tasks(job)) {
      if (task.waits() && task.runsAlone()) {
        Kept kept = reserved.get(task);
        return "%s may be what its workers died of and is to run alone: it waits for an empty worker%s"
            .formatted(
                task.text(),
                kept == null ? "" : ", and " + kept.seat().worker.name + " is kept free for it");
      }
    }
    return "";
  }
}
