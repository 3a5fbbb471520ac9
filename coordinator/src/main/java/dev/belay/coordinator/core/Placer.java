package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Assigner.Candidate;
import dev.belay.coordinator.core.Assigner.Placement;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskAssigned;
import dev.belay.runtime.proto.TaskReleased;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives what waits to who is free, and then what is held by workers whose connection broke: those
 * leases are only taken away if someone can start them now, since the holder may well be working
 * on.
 */
final class Placer {
  private final ClusterState state;
  private final Liveness liveness;
  private final RetryPolicy retries;

  Placer(ClusterState state, Liveness liveness, RetryPolicy retries) {
    this.state = state;
    this.liveness = liveness;
    this.retries = retries;
  }

  /** A lease that goes to another worker because the connection to its holder broke. */
  private record Taken(Hold hold, WorkerRecord from) {}

  Decision place(Now now) {
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    List<WorkerRecord> broken = liveness.movable(now.nanos());
    boolean waiting = state.active.stream().anyMatch(job -> waits(job, now));
    if (!waiting && broken.isEmpty()) {
      return draft.done();
    }
    Assigner assigner = new Assigner(candidates());
    if (assigner.full()) {
      return draft.done();
    }
    assigner.place(new RoundRobin(assigner, now));
    Map<TaskRecord, Taken> taken = takeOver(assigner, broken);
    for (Placement placement : assigner.placements()) {
      Taken from = taken.get(placement.task());
      if (from != null) {
        draft.add(releasing(draft, from, now));
      }
      draft.add(assigning(draft, placement));
    }
    return draft.done();
  }

  private Map<TaskRecord, Taken> takeOver(Assigner assigner, List<WorkerRecord> broken) {
    Map<TaskRecord, Taken> taken = new LinkedHashMap<>();
    for (WorkerRecord worker : broken) {
      for (Hold hold : state.holdings.of(worker.incarnation).holds) {
        if (!assigner.full() && assigner.placeOne(hold.task)) {
          taken.put(hold.task, new Taken(hold, worker));
        }
      }
    }
    return taken;
  }

  private List<Candidate> candidates() {
    List<Candidate> free = new ArrayList<>();
    for (WorkerRecord worker : liveness.workers()) {
      if (worker.takesWork()) {
        int held = state.holdings.of(worker.incarnation).holds.size();
        free.add(new Candidate(worker, worker.slots - held));
      }
    }
    return free;
  }

  private static Event.Builder releasing(Decision.Draft draft, Taken taken, Now now) {
    WorkerRecord from = taken.from();
    return draft
        .event()
        .setTaskReleased(
            TaskReleased.newBuilder()
                .setLease(taken.hold().lease())
                .setCause(Cause.CONNECTION_LOST)
                .setDetectedMillis(millis(now.nanos() - from.heardNanos))
                .setMessage("the connection to worker " + from.name + " broke"));
  }

  private static Event.Builder assigning(Decision.Draft draft, Placement placement) {
    TaskRecord task = placement.task();
    return draft
        .event()
        .setTaskAssigned(
            TaskAssigned.newBuilder()
                .setLease(
                    Lease.newBuilder()
                        .setTask(task.id())
                        .setEpoch(Epochs.of(task.job.epochGeneration, task.epochCounter + 1)))
                .setWorker(placement.worker().name)
                .setIncarnation(placement.worker().incarnation));
  }

  static long millis(long nanos) {
    return Math.max(0, nanos / 1_000_000);
  }

  private boolean waits(JobRecord job, Now now) {
    return phase(job) != null ? due(phase(job), now) : job.ready.count() > 0;
  }

  /** The planning or publishing task of a job in that phase; null while its partitions run. */
  private static @Nullable TaskRecord phase(JobRecord job) {
    return switch (job.state) {
      case JOB_PENDING, JOB_PLANNING -> job.planning;
      case JOB_PUBLISHING -> job.publishing;
      default -> null;
    };
  }

  private boolean due(@Nullable TaskRecord task, Now now) {
    return task != null && task.waits() && retries.due(task, now.wallMillis());
  }

  /**
   * What waits, is due and can run somewhere, one of each job in turn: the job with the least
   * running first, then the oldest, so that a long job does not keep a short one out. A job that
   * nobody has room for is left at once, not walked through.
   */
  private final class RoundRobin implements Iterator<TaskRecord> {
    private final Assigner assigner;
    private final Now now;
    private final Map<JobRecord, Integer> position = new LinkedHashMap<>();
    private final Set<JobRecord> jobs;
    private Iterator<JobRecord> turn;
    private @Nullable TaskRecord next;

    RoundRobin(Assigner assigner, Now now) {
      this.assigner = assigner;
      this.now = now;
      jobs = new LinkedHashSet<>();
      state.active.stream()
          .sorted(Comparator.comparingInt(job -> job.running))
          .forEachOrdered(jobs::add);
      turn = jobs.iterator();
      next = advance();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public TaskRecord next() {
      TaskRecord task = next;
      if (task == null) {
        throw new NoSuchElementException();
      }
      next = advance();
      return task;
    }

    private @Nullable TaskRecord advance() {
      while (!jobs.isEmpty()) {
        if (!turn.hasNext()) {
          turn = jobs.iterator();
        }
        TaskRecord task = nextOf(turn.next());
        if (task != null) {
          return task;
        }
        turn.remove();
      }
      return null;
    }

    private @Nullable TaskRecord nextOf(JobRecord job) {
      if (!assigner.hasRoomFor(job.spec.getJob())) {
        return null;
      }
      TaskRecord phase = phase(job);
      if (phase != null) {
        return position.putIfAbsent(job, 0) == null && due(phase, now) ? phase : null;
      }
      Integer last = position.get(job);
      int index = last == null ? job.ready.first() : job.ready.after(last);
      while (index >= 0 && !due(job.partitions[index], now)) {
        index = job.ready.after(index);
      }
      position.put(job, index);
      return index < 0 ? null : job.partitions[index];
    }
  }
}
