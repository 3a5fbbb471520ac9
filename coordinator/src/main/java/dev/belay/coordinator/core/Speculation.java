package dev.belay.coordinator.core;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.SpeculationStarted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Which partitions get a second attempt on another worker, beside the first: those that take more
 * than twice as long as their siblings, where much is left of them. A pure question of speeds.
 */
final class Speculation {
  /** What is left of less than this is done before a second attempt has caught up. */
  private static final double LEAST_SECONDS = 10;

  /** How many times as long as the others. */
  private static final double SLOW = 2;

  /** How many siblings make a usual speed, while none has been through. */
  private static final int LEAST_SIBLINGS = 2;

  private final LiveProgress progress;
  private final Capacity capacity;

  Speculation(LiveProgress progress, Capacity capacity) {
    this.progress = progress;
    this.capacity = capacity;
  }

  /** Seconds that a unit of weight usually takes; NaN: that is not known. */
  double usual(JobRecord job, Set<Hold> running) {
    if (job.pace.known()) {
      return job.pace.secondsPerWeight();
    }
    List<Double> each = new ArrayList<>();
    for (Hold hold : running) {
      Speed speed = progress.speed(hold);
      if (speed != null && speed.known() && speed.rate() > 0) {
        each.add(1 / speed.rate() / hold.task.weight);
      }
    }
    Collections.sort(each);
    return each.size() <= LEAST_SIBLINGS ? Double.NaN : each.get(each.size() / 2);
  }

  boolean worthwhile(Hold hold, double usual, long nanos) {
    Speed speed = progress.speed(hold);
    if (speed == null || Double.isNaN(usual)) {
      return false;
    }
    double whole = usual * hold.task.weight;
    if (speed.known()) {
      boolean slow = speed.rate() <= 0 || 1 / speed.rate() > SLOW * whole;
      return slow && speed.secondsLeft(nanos) > LEAST_SECONDS;
    }
    double elapsed = speed.elapsedNanos(nanos) / 1e9;
    return !speed.measured() && elapsed > SLOW * whole && elapsed > LEAST_SECONDS;
  }

  /** Gives a task a second lease; returns whether there was room on another worker. */
  boolean begin(Hold first, Pool pool, Decision.Draft draft) {
    TaskRecord task = first.task;
    // What fails is tried one attempt after the other: beside each other they would neither wait
    // nor come to an end.
    if (task.errorsWithoutProgress > 0 || task.runsAlone() || task.narrowing() != null) {
      return false;
    }
    Seat seat = pool.pick(task, first.worker);
    if (seat == null || seat.worker.name.equals(first.worker) || !capacity.confirm(seat)) {
      return false;
    }
    capacity.take(seat, task, false);
    draft.add(
        draft
            .event()
            .setSpeculationStarted(
                SpeculationStarted.newBuilder()
                    .setLease(
                        Lease.newBuilder()
                            .setTask(task.id())
                            .setEpoch(Epochs.of(task.job.epochGeneration, task.epochCounter + 1)))
                    .setWorker(seat.worker.name)
                    .setIncarnation(seat.worker.incarnation)));
    return true;
  }
}
