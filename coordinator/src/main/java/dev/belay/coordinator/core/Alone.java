package dev.belay.coordinator.core;

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

  /** How many are looked at for one decision. */
  private static final int MOST_LOOKED_AT = 64;

  private final FairShare jobs;
  private final Capacity capacity;
  private final RetryPolicy retries;
  private final Map<TaskRecord, Seat> reserved = new LinkedHashMap<>();

  Alone(FairShare jobs, Capacity capacity, RetryPolicy retries) {
    this.jobs = jobs;
    this.capacity = capacity;
    this.retries = retries;
  }

  void place(Placements placements, long wallMillis) {
    giveUp();
    int looked = 0;
    for (Contender contender : jobs.withAlone()) {
      for (TaskRecord task : tasks(contender.job)) {
        if (placements.full() || ++looked > MOST_LOOKED_AT || !contender.mayRunMore()) {
          break;
        }
        if (retries.due(task, wallMillis) && !outranked(contender)) {
          place(contender, task, placements);
        }
      }
    }
  }

  /** Who waits in vain for what is not to come any more. */
  private void giveUp() {
    for (Map.Entry<TaskRecord, Seat> entry : List.copyOf(reserved.entrySet())) {
      TaskRecord task = entry.getKey();
      Seat seat = entry.getValue();
      boolean wanted = task.waits() && task.runsAlone() && !task.job.ended();
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

  private void place(Contender contender, TaskRecord task, Placements placements) {
    Pool pool = contender.line.pool;
    Seat kept = reserved.get(task);
    if (kept != null && kept.empty()) {
      release(task, kept);
    }
    Seat seat = confirmed(pool.pickEmpty(task.failedOn));
    if (seat != null) {
      if (kept != null && kept.reservedFor == task) {
        release(task, kept);
      }
      placements.add(task, seat, null);
      jobs.placed(contender, true);
    } else if (kept == null && mayReserve(pool)) {
      reserve(task, confirmed(pool.roomiest()));
    }
  }

  private boolean mayReserve(Pool pool) {
    long kept = reserved.values().stream().filter(seat -> seat.pools.contains(pool)).count();
    return kept < Math.max(1, pool.members.size() / RESERVED_SHARE);
  }

  private void reserve(TaskRecord task, @Nullable Seat seat) {
    if (seat != null) {
      reserved.put(task, seat);
      capacity.reserve(seat, task);
    }
  }

  private @Nullable Seat confirmed(@Nullable Seat seat) {
    return seat != null && capacity.confirm(seat) ? seat : null;
  }

  /** What a worker is kept free for; null: it is not. */
  Map<TaskRecord, Seat> reserved() {
    return reserved;
  }
}
