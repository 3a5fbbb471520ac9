package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes room for a job of higher priority: where it waits and no slot that it could use is free,
 * leases of lower priority are asked to yield, the lowest first, and no more than it needs. Those
 * give their slots back with a final checkpoint, and the next placement gives them to whoever is
 * first. Planning and publishing are not disturbed: they have no checkpoints.
 */
final class Preemption {
  private static final long PAUSE_NANOS = 50_000_000L;
  private static final long LONG_PAUSE_NANOS = 1_000_000_000L;

  /** How many leases a look may examine before the next one has to wait for longer. */
  private static final int CHEAP = 2_000;

  private static final int MOST_ASKED = 1_024;

  private final ClusterState state;
  private final FairShare jobs;
  private final Capacity capacity;
  private final Yields yields;
  private final LeasesByPriority leases = new LeasesByPriority();

  private boolean looked;
  private long nextNanos;

  Preemption(ClusterState state, FairShare jobs, Capacity capacity, Yields yields) {
    this.state = state;
    this.jobs = jobs;
    this.capacity = capacity;
    this.yields = yields;
    state.holdings.watch(leases);
  }

  /** To be called when everything that has room is placed. */
  void look(long nanos) {
    if (looked && nanos - nextNanos < 0) {
      return;
    }
    List<Contender> waiting = waiting();
    if (waiting.isEmpty()) {
      return;
    }
    Look look = new Look(nanos);
    waiting.forEach(look::makeRoomFor);
    looked = true;
    nextNanos = nanos + (look.examined > CHEAP ? LONG_PAUSE_NANOS : PAUSE_NANOS);
  }

  /** Who waits without room although somebody lower runs; the highest priority first. */
  private List<Contender> waiting() {
    List<Contender> waiting = new ArrayList<>();
    for (Line line : jobs.waiting()) {
      for (Contender contender : line.all()) {
        if (line.pool.hasSlot() || !leases.anyBelow(contender.priority())) {
          break;
        }
        waiting.add(contender);
      }
    }
    waiting.sort(null);
    return waiting;
  }

  /** One look at everything. */
  private final class Look {
    private final long nanos;

    /** How many leases on each worker are on their way back. */
    private final Map<Seat, Integer> yielding = new LinkedHashMap<>();

    /** How many of the slots that become free by that are meant for somebody. */
    private final Map<Seat, Integer> promised = new LinkedHashMap<>();

    private int asked;
    private int examined;

    Look(long nanos) {
      this.nanos = nanos;
      for (Yields.Asked one : yields.all()) {
        Seat seat = one.hold.current() ? capacity.as(one.hold.incarnation) : null;
        if (seat != null) {
          yielding.merge(seat, 1, Integer::sum);
        }
      }
    }

    void makeRoomFor(Contender contender) {
      int wanted = contender.wants();
      Pool pool = contender.line.pool;
      for (Seat seat : yielding.keySet()) {
        if (seat.pools.contains(pool)) {
          wanted -= promise(seat, wanted);
        }
      }
      for (Collection<Hold> same : leases.below(contender.priority())) {
        for (Hold hold : same) {
          if (wanted <= 0 || asked >= MOST_ASKED) {
            return;
          }
          examined++;
          Seat seat = victim(hold, pool);
          if (seat != null) {
            wanted -= empty(seat, contender, wanted);
          }
        }
      }
    }

    private @Nullable Seat victim(Hold hold, Pool pool) {
      Seat seat = capacity.as(hold.incarnation);
      boolean useful =
          seat != null
              && seat.pools.contains(pool)
              && seat.worker.takesWork()
              && seat.reservedFor == null
              && yields.of(hold) == null;
      return useful ? seat : null;
    }

    /** Promises what becomes free at a worker; returns how many slots. */
    private int promise(Seat seat, int wanted) {
      int free = Math.max(0, seat.free + yielding.getOrDefault(seat, 0));
      int left = free - promised.getOrDefault(seat, 0);
      int taken = Math.max(0, Math.min(left, wanted));
      promised.merge(seat, taken, Integer::sum);
      return taken;
    }

    /**
     * Asks for as many leases of one worker as are needed there, the newest first, which may still
     * wait in its queue; returns how many slots that makes.
     */
    private int empty(Seat seat, Contender contender, int wanted) {
      int made = 0;
      List<Hold> newestLast = List.copyOf(state.holdings.of(seat.worker.incarnation).holds);
      for (int i = newestLast.size() - 1; i >= 0 && made < wanted && asked < MOST_ASKED; i--) {
        Hold hold = newestLast.get(i);
        if (hold.task.isPartition()
            && LeasesByPriority.priority(hold) < contender.priority()
            && yields.of(hold) == null) {
          yields.ask(hold, Cause.PREEMPTED, reason(contender.job), nanos);
          asked++;
          yielding.merge(seat, 1, Integer::sum);
          made += promise(seat, wanted - made);
        }
      }
      return made;
    }

    private String reason(JobRecord job) {
      return "preempted by %s (%s), which has priority %d"
          .formatted(job.id, job.name(), job.spec.getPriority());
    }
  }
}
