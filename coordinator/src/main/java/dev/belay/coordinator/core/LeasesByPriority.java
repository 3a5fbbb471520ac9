package dev.belay.coordinator.core;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The leases of partitions that are out, by their job's priority: an index, soft state. */
final class LeasesByPriority implements Holdings.Watcher {
  private final NavigableMap<Integer, NavigableMap<Long, Hold>> leases = new TreeMap<>();
  private final Map<Hold, Long> numbers = new LinkedHashMap<>();
  private long last;

  @Override
  public void came(Hold hold) {
    if (hold.task.isPartition()) {
      numbers.put(hold, ++last);
      leases.computeIfAbsent(priority(hold), p -> new TreeMap<>()).put(last, hold);
    }
  }

  @Override
  public void went(Hold hold) {
    Long number = numbers.remove(hold);
    NavigableMap<Long, Hold> same = leases.get(priority(hold));
    if (number != null && same != null) {
      same.remove(number);
      if (same.isEmpty()) {
        leases.remove(priority(hold));
      }
    }
  }

  static int priority(Hold hold) {
    return hold.task.job.spec.getPriority();
  }

  /** Whether there is any of a lower priority. */
  boolean anyBelow(int priority) {
    return !leases.isEmpty() && leases.firstKey() < priority;
  }

  /** Those of lower priorities, the lowest first, the newest first within each. */
  List<Collection<Hold>> below(int priority) {
    return leases.headMap(priority, false).values().stream()
        .map(same -> same.descendingMap().values())
        .toList();
  }
}
