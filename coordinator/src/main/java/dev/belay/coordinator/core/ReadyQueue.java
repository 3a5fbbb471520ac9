package dev.belay.coordinator.core;

import java.util.BitSet;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which of a job's partitions wait to be assigned: those that were given back first, then those
 * never assigned yet, each by index. A cursor covers the untouched ones, so that a million of them
 * cost nothing; those given back are a set of bits. Apart from these lie the ones that wait for a
 * time to come, by that time, and the ones that must run alone.
 */
final class ReadyQueue {
  private int size;
  private int untouched;
  private final BitSet returned = new BitSet();
  private int returnedCount;
  private final NavigableSet<Later> later = new TreeSet<>();
  private final NavigableSet<Integer> alone = new TreeSet<>();

  /** A partition that is not to be assigned before a time, on the wall clock. */
  private record Later(long millis, int index) implements Comparable<Later> {
    @Override
    public int compareTo(Later other) {
      int byTime = Long.compare(millis, other.millis);
      return byTime != 0 ? byTime : Integer.compare(index, other.index);
    }
  }

  ReadyQueue(int size) {
    this.size = size;
  }

  /** How many wait, for whatever. */
  int count() {
    return ready() + later.size() + alone.size();
  }

  /** How many wait for nothing but room. */
  int ready() {
    return size - untouched + returnedCount;
  }

  /**
   * The first one that waits at or after a position in the order; -1: none. Positions: see {@link
   * #after}.
   */
  int first() {
    int given = returned.nextSetBit(0);
    return given >= 0 ? given : nextUntouched(untouched);
  }

  /** The one that waits next in the order after this one; -1: none. */
  int after(int index) {
    if (index < untouched) {
      int given = returned.nextSetBit(index + 1);
      return given >= 0 ? given : nextUntouched(untouched);
    }
    return nextUntouched(index + 1);
  }

  /** Those that must run alone, by index. */
  Iterable<Integer> alone() {
    return alone;
  }

  boolean hasAlone() {
    return !alone.isEmpty();
  }

  /** The earliest time that any waits for; {@link Long#MAX_VALUE}: none does. */
  long nextMillis() {
    return later.isEmpty() ? Long.MAX_VALUE : later.first().millis;
  }

  /**
   * Time has passed: whose time has come is ready. So is whose time is further away than any wait
   * ever set, since then somebody has set the clock back.
   */
  void pass(long wallMillis, long longestMillis) {
    while (!later.isEmpty() && later.first().millis <= wallMillis) {
      giveBack(later.pollFirst().index);
    }
    while (!later.isEmpty() && later.last().millis - wallMillis > longestMillis) {
      giveBack(later.pollLast().index);
    }
  }

  void assigned(TaskRecord task) {
    int index = task.index;
    if (index < untouched) {
      if (returned.get(index)) {
        returned.clear(index);
        returnedCount--;
      }
      later.remove(new Later(task.notBeforeMillis, index));
      alone.remove(index);
      return;
    }
    // Those skipped over stay ready, and from now on count as given back.
    returned.set(untouched, index);
    returnedCount += index - untouched;
    untouched = index + 1;
  }

  void returned(TaskRecord task) {
    if (task.index >= untouched) {
      throw new IllegalStateException(
          "partition " + task.index + " is given back and was never assigned");
    }
    if (task.runsAlone()) {
      alone.add(task.index);
    } else if (task.notBeforeMillis != 0) {
      later.add(new Later(task.notBeforeMillis, task.index));
    } else {
      giveBack(task.index);
    }
  }

  /** There is one more, the last, and it waits. */
  void grow(TaskRecord last) {
    size++;
    if (last.runsAlone()) {
      assigned(last);
      returned(last);
    }
  }

  /** When a job has ended nothing of it waits. */
  void clear() {
    untouched = size;
    returned.clear();
    returnedCount = 0;
    later.clear();
    alone.clear();
  }

  private void giveBack(int index) {
    if (!returned.get(index)) {
      returned.set(index);
      returnedCount++;
    }
  }

  private int nextUntouched(int from) {
    return from < size ? from : -1;
  }
}
