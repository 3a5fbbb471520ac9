package dev.belay.coordinator.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who goes on with what is held by workers whose connection broke. A lease is only taken away if
 * someone can start it now, since its holder may well be working on: so after all that waits, but
 * before the tails of cuts of the same job, which were made to fill free slots.
 */
final class TakeOver {
  private final ClusterState state;
  private final FairShare jobs;
  private final Capacity capacity;
  private final Exhaustion exhaustion;

  /** Of the decision under way: what may be taken, by job. */
  private final Map<JobRecord, Deque<Lost>> byJob = new LinkedHashMap<>();

  /**
   * A lease that may be taken away.
   *
   * @param queued whether it waits there for a slot
   */
  private record Lost(Hold hold, boolean queued) {
    /** Whether its task has to run alone from now on. */
    boolean lonely() {
      return queued ? hold.task.runsAlone() : hold.task.runsAloneAfterLoss();
    }
  }

  TakeOver(ClusterState state, FairShare jobs, Capacity capacity, Exhaustion exhaustion) {
    this.state = state;
    this.jobs = jobs;
    this.capacity = capacity;
    this.exhaustion = exhaustion;
  }

  /** To be called first in each decision, with the workers whose leases may be taken. */
  void begin(List<WorkerRecord> broken) {
    byJob.clear();
    for (WorkerRecord worker : broken) {
      int position = 0;
      for (Hold hold : state.holdings.of(worker.incarnation).holds) {
        Lost lost = new Lost(hold, worker.queues(hold, position++));
        byJob.computeIfAbsent(hold.task.job, job -> new ArrayDeque<>()).add(lost);
      }
    }
  }

  /** Takes over one lease of a job in whose turn it is; returns whether there was one to take. */
  boolean one(Contender contender, Placements placements) {
    Deque<Lost> losses = byJob.get(contender.job);
    while (losses != null && !losses.isEmpty()) {
      if (take(contender, losses.remove(), placements)) {
        return true;
      }
    }
    return false;
  }

  /** Takes over whatever else there is room for. */
  void rest(Placements placements) {
    byJob.forEach(
        (job, losses) -> {
          Contender contender = jobs.of(job);
          losses.forEach(lost -> take(contender, lost, placements));
        });
    byJob.clear();
  }

  private boolean take(@Nullable Contender contender, Lost lost, Placements placements) {
    TaskRecord task = lost.hold.task;
    if (lost.hold.other() != null) {
      // Nothing has to be placed: the other one goes on.
      placements.lost(lost.hold);
      return false;
    }
    if (contender == null
        || !contender.goesOn()
        || (!lost.queued && exhaustion.lastLoss(task))
        || placements.full()) {
      return false;
    }
    Seat seat = free(contender.line.pool, task, lost.lonely());
    if (seat != null) {
      placements.move(lost.hold, lost.queued, seat);
    }
    return seat != null;
  }

  /**
   * Somebody with a free slot; null: nobody.
   *
   * @param lonely whether it has to run alone, after one more loss
   */
  private @Nullable Seat free(Pool pool, TaskRecord task, boolean lonely) {
    while (true) {
      Seat seat = lonely ? pool.pickEmpty(null) : pool.pick(task, task.failedOn);
      if (seat == null || capacity.confirm(seat)) {
        return seat;
      }
    }
  }
}
