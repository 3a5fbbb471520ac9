package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Placement;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The workers that meet a demand, and of those with room the next one to get something, in the
 * order of the demand's placement. Nothing is walked through: a pick costs the logarithm of their
 * number.
 *
 * <p>Like a taxi rank: whoever becomes free joins in at the right place, and the next passenger
 * takes the first car that has what he needs.
 */
final class Pool {
  /** How many hosts are compared for one placement. */
  private static final int HOSTS_COMPARED = 16;

  /** How many members are asked whether they could stand in for another. */
  private static final int SUBSTITUTES_ASKED = 1_000;

  /** Sorts behind every name. */
  private static final String LAST = "\uffff";

  private static final Comparator<Key> ORDER =
      Comparator.comparingLong(Key::rank).thenComparing(Key::host).thenComparing(Key::name);

  final Demand demand;

  /** All that meet the demand, with room or without, by name. */
  final Map<String, Seat> members = new LinkedHashMap<>();

  /** How many jobs use it. */
  int users;

  private final HostLoad load;
  private final TreeMap<Key, Seat> free = new TreeMap<>(ORDER);
  private final TreeMap<Key, Seat> queueing = new TreeMap<>(ORDER);
  private final TreeMap<String, Seat> empty = new TreeMap<>();

  /** Who had the last turn. */
  private String turn = "";

  Pool(Demand demand, HostLoad load) {
    this.demand = demand;
    this.load = load;
  }

  /**
   * Whether anybody else takes work and can do it; not everybody is asked where there are very
   * many.
   */
  boolean hasOther(Seat seat) {
    return members.values().stream()
        .limit(SUBSTITUTES_ASKED)
        .anyMatch(
            other ->
                other != seat && other.worker.takesWork() && other.worker.storeTrouble.isEmpty());
  }

  /** Where a seat stands: those of the lowest rank are equally good. */
  private record Key(long rank, String host, String name) {}

  private Key key(Seat seat) {
    long rank =
        switch (demand.placement()) {
          case PLACEMENT_PACK -> seat.free;
          case PLACEMENT_ROUND_ROBIN -> 0;
          case PLACEMENT_WEIGHTED -> -((long) seat.free << 20) / seat.worker.slots;
          case PLACEMENT_SPREAD, UNRECOGNIZED -> -seat.free;
        };
    boolean byHost = demand.placement() == Placement.PLACEMENT_SPREAD;
    return new Key(rank, byHost ? seat.worker.host : "", seat.worker.name);
  }

  private static Key queueKey(Seat seat) {
    return new Key(-seat.free, "", seat.worker.name);
  }

  /** To be called around every change of what is frozen in a seat. */
  void list(Seat seat) {
    if (seat.hasSlot()) {
      free.put(key(seat), seat);
      if (seat.empty()) {
        empty.put(seat.worker.name, seat);
      }
    } else if (seat.hasQueue()) {
      queueing.put(queueKey(seat), seat);
    }
  }

  void unlist(Seat seat) {
    if (seat.hasSlot()) {
      free.remove(key(seat), seat);
      empty.remove(seat.worker.name, seat);
    } else if (seat.hasQueue()) {
      queueing.remove(queueKey(seat), seat);
    }
  }

  /** Whether anybody has a free slot. */
  boolean hasSlot() {
    return !free.isEmpty();
  }

  /** How many slots are free, up to a number of interest. */
  int freeSlots(int most) {
    int sum = 0;
    for (Seat seat : free.values()) {
      sum += seat.free;
      if (sum >= most) {
        return most;
      }
    }
    return sum;
  }

  /** Whether anybody has room beyond its slots. */
  boolean hasQueue() {
    return !queueing.isEmpty();
  }

  /**
   * Who gets a task now; null: nobody has a free slot.
   *
   * @param not the name of a worker that is passed over
   */
  @Nullable Seat pick(TaskRecord task, @Nullable String not) {
    Seat stays = task.staysOn == null ? null : members.get(task.staysOn);
    if (stays != null && stays.hasSlot()) {
      return stays;
    }
    return switch (demand.placement()) {
      case PLACEMENT_ROUND_ROBIN -> inTurn(not);
      case PLACEMENT_SPREAD -> spread(task, not);
      case PLACEMENT_PACK, PLACEMENT_WEIGHTED, UNRECOGNIZED ->
          seat(other(free, free.firstEntry(), not));
    };
  }

  /** Whose queue is the shortest; null: nobody's has room. */
  @Nullable Seat pickQueue(@Nullable String not) {
    return seat(other(queueing, queueing.firstEntry(), not));
  }

  /** Somebody who holds nothing at all; null: nobody. */
  @Nullable Seat pickEmpty(@Nullable String not) {
    Map.Entry<String, Seat> first = empty.firstEntry();
    if (first != null && first.getKey().equals(not)) {
      Map.Entry<String, Seat> second = empty.higherEntry(first.getKey());
      return second == null ? first.getValue() : second.getValue();
    }
    return first == null ? null : first.getValue();
  }

  /** Whoever has the most room now, to be emptied; null: nobody has any. */
  @Nullable Seat roomiest() {
    Map.Entry<Key, Seat> entry =
        demand.placement() == Placement.PLACEMENT_PACK ? free.lastEntry() : free.firstEntry();
    return seat(entry);
  }

  /** Whether there is anybody else than this one who could take something, free or not. */
  boolean hasOther(String name) {
    int looked = 0;
    for (Seat seat : members.values()) {
      if (seat.worker.takesWork() && !seat.worker.name.equals(name)) {
        return true;
      }
      if (++looked == HOSTS_COMPARED) {
        return members.size() > looked;
      }
    }
    return false;
  }

  private @Nullable Seat inTurn(@Nullable String not) {
    Map.Entry<Key, Seat> next = free.higherEntry(new Key(0, "", turn));
    Seat seat = seat(other(free, next == null ? free.firstEntry() : next, not));
    if (seat == null) {
      seat = seat(other(free, free.firstEntry(), not));
    }
    if (seat != null) {
      turn = seat.worker.name;
    }
    return seat;
  }

  /**
   * Among those with the most free slots: who held it last, since that one may still have its
   * checkpoint at hand; else a worker on the host with the least of the same job.
   */
  private @Nullable Seat spread(TaskRecord task, @Nullable String not) {
    Map.Entry<Key, Seat> entry = other(free, free.firstEntry(), not);
    if (entry == null) {
      return null;
    }
    long rank = entry.getKey().rank();
    Seat best = entry.getValue();
    int least = Integer.MAX_VALUE;
    for (int hosts = 0;
        hosts < HOSTS_COMPARED && entry != null && entry.getKey().rank() == rank && least > 0;
        hosts++) {
      Seat seat = entry.getValue();
      int tasks = load.of(task.job, seat.worker.host);
      if (tasks < least) {
        least = tasks;
        best = seat;
      }
      entry = other(free, free.higherEntry(new Key(rank, seat.worker.host, LAST)), not);
    }
    return task.heldLast.equals(not) ? best : heldBefore(task, best);
  }

  /**
   * Who held it last has its newest checkpoint on a disk of its own: a small one decides among
   * equally free workers, a large one, which takes others long to fetch, also before freer ones.
   */
  private Seat heldBefore(TaskRecord task, Seat otherwise) {
    Seat seat = members.get(task.heldLast);
    return seat != null && seat.hasSlot() && (seat.free == otherwise.free || task.isLarge())
        ? seat
        : otherwise;
  }

  private static Map.@Nullable Entry<Key, Seat> other(
      TreeMap<Key, Seat> from, Map.@Nullable Entry<Key, Seat> entry, @Nullable String not) {
    return entry != null && entry.getValue().worker.name.equals(not)
        ? from.higherEntry(entry.getKey())
        : entry;
  }

  private static @Nullable Seat seat(Map.@Nullable Entry<Key, Seat> entry) {
    return entry == null ? null : entry.getValue();
  }
}
