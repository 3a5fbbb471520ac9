package dev.belay.coordinator.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where there is room: an index over the workers, soft state. It hears of each lease that comes or
 * goes and of each word from a worker, notes whose seat is stale, and puts those alone anew at the
 * beginning of the next decision; so a decision costs what has changed, however many workers there
 * are. A worker that is out of the question for a reason that nobody told of is found out when it
 * would be picked.
 */
final class Capacity implements Holdings.Watcher {
  private final Holdings holdings;
  private final HostLoad load = new HostLoad();
  private final Map<String, Seat> byName = new LinkedHashMap<>();
  private final Map<String, Seat> byIncarnation = new LinkedHashMap<>();
  private final Map<Demand, Pool> pools = new LinkedHashMap<>();
  private final Set<Seat> stale = new LinkedHashSet<>();

  /** Who holds what must run alone: it may have made progress, after which it need not. */
  private final Set<Seat> withAlone = new LinkedHashSet<>();

  /** Given away by the last decision. */
  private final List<Given> given = new ArrayList<>();

  private record Given(Seat seat, JobRecord job) {}

  Capacity(Holdings holdings) {
    this.holdings = holdings;
    holdings.watch(this);
  }

  // ---- what changed

  /** A worker was heard of: it is new, or its state may be another. Not if it has yet to come. */
  void refresh(WorkerRecord worker) {
    if (!worker.known) {
      return;
    }
    Seat seat = byName.get(worker.name);
    if (seat != null && seat.worker == worker) {
      if (seat.differs()) {
        stale.add(seat);
      }
      return;
    }
    if (seat != null) {
      drop(seat);
    }
    seat = new Seat(worker);
    byName.put(worker.name, seat);
    byIncarnation.put(worker.incarnation, seat);
    for (Pool pool : pools.values()) {
      join(seat, pool);
    }
    for (Hold hold : holdings.of(worker.incarnation).holds) {
      came(hold);
    }
    stale.add(seat);
  }

  private static void join(Seat seat, Pool pool) {
    if (pool.demand.metBy(seat.worker)) {
      pool.members.put(seat.worker.name, seat);
      seat.pools.add(pool);
    }
  }

  /** Whether, for each job that a worker may be needed for, somebody else takes work. */
  boolean hasSubstitute(WorkerRecord worker) {
    Seat own = byName.get(worker.name);
    return own == null || own.pools.stream().allMatch(pool -> pool.hasOther(own));
  }

  /** Forgets those that nobody knows any more. */
  void prune(Liveness liveness) {
    if (byName.size() > liveness.workers().size()) {
      List.copyOf(byName.values()).stream()
          .filter(seat -> liveness.named(seat.worker.name) != seat.worker)
          .forEach(this::drop);
    }
  }

  private void drop(Seat seat) {
    unlist(seat);
    seat.pools.forEach(pool -> pool.members.remove(seat.worker.name, seat));
    seat.pools.clear();
    for (Hold hold : holdings.of(seat.worker.incarnation).holds) {
      load.add(hold.task.job, seat.worker.host, -1);
    }
    byName.remove(seat.worker.name, seat);
    byIncarnation.remove(seat.worker.incarnation, seat);
    stale.remove(seat);
    withAlone.remove(seat);
  }

  @Override
  public void came(Hold hold) {
    Seat seat = byIncarnation.get(hold.incarnation);
    if (seat != null) {
      load.add(hold.task.job, seat.worker.host, 1);
      int held = holdings.of(hold.incarnation).holds.size();
      hold.rounds = Math.max(1, (held + seat.worker.slots - 1) / seat.worker.slots);
      if (hold.task.runsAlone()) {
        seat.alone.add(hold);
        withAlone.add(seat);
      }
      stale.add(seat);
    }
  }

  @Override
  public void went(Hold hold) {
    Seat seat = byIncarnation.get(hold.incarnation);
    if (seat != null) {
      load.add(hold.task.job, seat.worker.host, -1);
      seat.alone.remove(hold);
      stale.add(seat);
    }
  }

  // ---- for a decision

  /** To be called first in each decision: takes in what changed since the last one. */
  void settle() {
    for (Given one : given) {
      load.add(one.job, one.seat.worker.host, -1);
      stale.add(one.seat);
    }
    given.clear();
    for (Seat seat : List.copyOf(withAlone)) {
      if (seat.alone.removeIf(hold -> !hold.task.runsAlone()) || seat.alone.isEmpty()) {
        stale.add(seat);
      }
      if (seat.alone.isEmpty()) {
        withAlone.remove(seat);
      }
    }
    for (Seat seat : stale) {
      unlist(seat);
      seat.held = holdings.of(seat.worker.incarnation).holds.size();
      seat.freeze();
      list(seat);
    }
    stale.clear();
  }

  /**
   * Takes a place for a task that is going to be assigned.
   *
   * @param alone whether nothing else may run beside it
   */
  void take(Seat seat, TaskRecord task, boolean alone) {
    load.add(task.job, seat.worker.host, 1);
    given.add(new Given(seat, task.job));
    unlist(seat);
    seat.held++;
    seat.freeze();
    if (alone) {
      seat.open = false;
    }
    list(seat);
  }

  /** Keeps a worker free for a task that runs alone; or, with null, no longer. */
  void reserve(Seat seat, @Nullable TaskRecord task) {
    unlist(seat);
    seat.reservedFor = task;
    seat.freeze();
    list(seat);
  }

  /** Whether a seat that was picked may be taken; if not, it is out of the index from now on. */
  boolean confirm(Seat seat) {
    if (seat.worker.takesWork()) {
      return true;
    }
    unlist(seat);
    seat.freeze();
    list(seat);
    return false;
  }

  /** The pool of a job, for as long as it is not {@linkplain #leave left}. */
  Pool enter(Demand demand) {
    Pool pool = pools.get(demand);
    if (pool == null) {
      pool = new Pool(demand, load);
      pools.put(demand, pool);
      for (Seat seat : byName.values()) {
        join(seat, pool);
        if (seat.pools.contains(pool)) {
          pool.list(seat);
        }
      }
    }
    pool.users++;
    return pool;
  }

  void leave(Pool pool) {
    if (--pool.users == 0) {
      pools.remove(pool.demand, pool);
      pool.members.values().forEach(seat -> seat.pools.remove(pool));
    }
  }

  /** Null: no worker that is known. */
  @Nullable Seat as(String incarnation) {
    return byIncarnation.get(incarnation);
  }

  @Nullable Seat named(String worker) {
    return byName.get(worker);
  }

  /** How many workers are known. */
  int seats() {
    return byName.size();
  }

  private static void unlist(Seat seat) {
    seat.pools.forEach(pool -> pool.unlist(seat));
  }

  private static void list(Seat seat) {
    seat.pools.forEach(pool -> pool.list(seat));
  }
}
