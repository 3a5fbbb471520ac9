package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Placements.Placed;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskAssigned;
import dev.belay.runtime.time.Now;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Gives what waits to who is free: first what must run alone, then the others by {@link FairShare},
 * and then, by {@link TakeOver}, what is held by workers whose connection broke.
 */
final class Placer {
  /** How long a task that failed on a worker waits for another one to be free. */
  private static final long ELSEWHERE_MILLIS = 10_000;

  /** The same while threads hang there. */
  private static final long HANGING_MILLIS = 60_000;

  /** How many tasks of a job are passed over, since they failed where there is room. */
  private static final int MOST_SKIPPED = 8;

  private final Liveness liveness;
  private final Capacity capacity;
  private final Exhaustion exhaustion;
  private final FairShare jobs;
  private final Alone alone;
  private final Preemption preemption;
  private final TakeOver takeOver;

  Placer(
      ClusterState state,
      Liveness liveness,
      RetryPolicy retries,
      Capacity capacity,
      Yields yields,
      Exhaustion exhaustion) {
    this.liveness = liveness;
    this.capacity = capacity;
    this.exhaustion = exhaustion;
    jobs = new FairShare(state, capacity, retries);
    alone = new Alone(state, jobs, capacity, retries, yields);
    preemption = new Preemption(state, jobs, capacity, yields);
    takeOver = new TakeOver(state, jobs, capacity, exhaustion);
  }

  Alone alone() {
    return alone;
  }

  /** Where a job's tasks may run; null: it is not known yet. */
  @Nullable Pool pool(JobRecord job) {
    return jobs.pool(job);
  }

  Decision place(Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    capacity.settle();
    jobs.settle(now.wallMillis());
    List<WorkerRecord> broken = liveness.movable(now.nanos());
    if (jobs.nobodyWaits() && broken.isEmpty()) {
      return draft.done();
    }
    Placements placements = new Placements(capacity);
    takeOver.begin(broken);
    alone.place(placements, now);
    placeInTurn(placements, now.wallMillis());
    takeOver.rest(placements);
    preemption.look(now.nanos());
    placements.lost().forEach(hold -> draft.add(releasing(draft, hold, false, now)));
    for (Placed placed : placements.all()) {
      if (placed.taken() != null) {
        draft.add(releasing(draft, placed.taken(), placed.queued(), now));
      }
      draft.add(assigning(draft, placed));
    }
    return draft.done();
  }

  /** A line, and who is next in it: whoever is next of all has the next turn. */
  private record Turn(Line line, Contender next) {}

  private void placeInTurn(Placements placements, long wallMillis) {
    PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparing(Turn::next));
    jobs.waiting().forEach(line -> line(turns, line));
    while (!turns.isEmpty() && !placements.full()) {
      Turn turn = turns.remove();
      // Others may have taken the room meanwhile.
      Contender next = turn.line().next();
      if (next == turn.next() && !placeOne(next, placements, wallMillis)) {
        jobs.passedOver(next);
      }
      line(turns, turn.line());
    }
  }

  private static void line(PriorityQueue<Turn> turns, Line line) {
    Contender next = line.next();
    if (next != null) {
      turns.add(new Turn(line, next));
    }
  }

  /** Whether something of the job was placed. */
  private boolean placeOne(Contender contender, Placements placements, long wallMillis) {
    for (int skipped = 0; skipped <= MOST_SKIPPED; skipped++) {
      TaskRecord task = contender.next();
      if (task == null) {
        return false;
      }
      if (task.splitFrom >= 0 && task.attempts == 0 && takeOver.one(contender, placements)) {
        // Only tails of cuts wait, which were cut off for room that is needed otherwise now.
        jobs.placed(contender, true);
        return true;
      }
      boolean patient = skipped < MOST_SKIPPED && maySkip(contender, task, wallMillis);
      Seat seat = pick(contender, task, patient);
      if (seat != null) {
        placements.add(task, seat);
        jobs.placed(contender, false);
        return true;
      }
      if (!patient) {
        return false;
      }
      jobs.skipped(contender);
    }
    return false;
  }

  /** Whether a task that failed on a worker may wait for another one. */
  private boolean maySkip(Contender contender, TaskRecord task, long wallMillis) {
    if (task.failedOn == null) {
      return false;
    }
    WorkerRecord failed = liveness.named(task.failedOn);
    // Where its own thread may still hang it could not even begin.
    boolean hangs = failed != null && failed.usableSlots() < failed.slots;
    long patience = hangs ? HANGING_MILLIS : ELSEWHERE_MILLIS;
    long left = task.notBeforeMillis + patience - wallMillis;
    return left > 0 && left <= patience && (hangs || contender.line.pool.hasOther(task.failedOn));
  }

  /**
   * @param elsewhere whether to wait rather than go back to where it failed
   */
  private @Nullable Seat pick(Contender contender, TaskRecord task, boolean elsewhere) {
    Seat other = confirmed(contender, task, task.failedOn);
    return other != null || task.failedOn == null || elsewhere
        ? other
        : confirmed(contender, task, null);
  }

  private @Nullable Seat confirmed(Contender contender, TaskRecord task, @Nullable String not) {
    Pool pool = contender.line.pool;
    while (true) {
      Seat seat = pool.pick(task, not);
      if (seat == null && contender.quick()) {
        seat = pool.pickQueue(not);
        if (seat != null && -seat.free >= contender.job.pace.depth(seat.worker.slots)) {
          return null;
        }
      }
      if (seat == null || capacity.confirm(seat)) {
        return seat;
      }
    }
  }

  private Event.Builder releasing(Decision.Draft draft, Hold taken, boolean queued, Now now) {
    return exhaustion.lost(
        draft,
        taken,
        queued,
        Cause.CONNECTION_LOST,
        silentMillis(taken, now),
        "the connection to worker " + taken.worker + " broke");
  }

  private static Event.Builder assigning(Decision.Draft draft, Placed placed) {
    TaskRecord task = placed.task();
    return draft
        .event()
        .setTaskAssigned(
            TaskAssigned.newBuilder()
                .setLease(
                    Lease.newBuilder()
                        .setTask(task.id())
                        .setEpoch(Epochs.of(task.job.epochGeneration, task.epochCounter + 1)))
                .setWorker(placed.worker().name)
                .setIncarnation(placed.worker().incarnation));
  }

  private long silentMillis(Hold taken, Now now) {
    WorkerRecord from = liveness.named(taken.worker);
    return from == null ? 0 : millis(now.nanos() - from.heardNanos);
  }

  static long millis(long nanos) {
    return Math.max(0, nanos / 1_000_000);
  }
}
