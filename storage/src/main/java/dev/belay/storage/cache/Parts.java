package dev.belay.storage.cache;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Which bytes of an object are at hand, and where the object ends, if that is known. */
final class Parts {
  private static final long UNKNOWN = -1;

  /** Runs of bytes that neither touch nor overlap: from, and up to. */
  private final NavigableMap<Long, Long> runs = new TreeMap<>();

  private long end = UNKNOWN;
  private long bytes;

  /** These are at hand from now on. */
  void add(long from, long to) {
    long first = from;
    long last = to;
    Map.Entry<Long, Long> before = runs.floorEntry(from);
    if (before != null && before.getValue() >= from) {
      first = before.getKey();
    }
    for (Map.Entry<Long, Long> run = runs.ceilingEntry(first);
        run != null && run.getKey() <= last;
        run = runs.ceilingEntry(first)) {
      last = Math.max(last, run.getValue());
      bytes -= run.getValue() - run.getKey();
      runs.remove(run.getKey());
    }
    if (last > first) {
      runs.put(first, last);
      bytes += last - first;
    }
  }

  /** The object ends here. */
  void end(long at) {
    end = at;
  }

  /**
   * Whether all that is wanted is at hand: up to the object's end, if it ends before.
   *
   * @param to exclusive
   */
  boolean has(long from, long to) {
    long last = end == UNKNOWN ? to : Math.min(to, end);
    if (last <= from) {
      // What lies beyond the end is for the store to answer.
      return false;
    }
    Map.Entry<Long, Long> run = runs.floorEntry(from);
    return run != null && run.getValue() >= last;
  }

  /** How many are at hand. */
  long bytes() {
    return bytes;
  }
}
