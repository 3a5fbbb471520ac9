package dev.belay.coordinator.core;

import java.util.BitSet;

/**
 * Which of a job's partitions wait to be assigned: those that were given back first, then those
 * never assigned yet, each by index. A cursor covers the untouched ones, so that a million of them
 * cost nothing; those given back are a set of bits.
 */
final class ReadyQueue {
  private final int size;
  private int untouched;
  private final BitSet returned = new BitSet();
  private int returnedCount;

  ReadyQueue(int size) {
    this.size = size;
  }

  int count() {
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

  void assigned(int index) {
    if (index < untouched) {
      if (returned.get(index)) {
        returned.clear(index);
        returnedCount--;
      }
      return;
    }
    // Those skipped over stay ready, and from now on count as given back.
    for (int skipped = untouched; skipped < index; skipped++) {
      giveBack(skipped);
    }
    untouched = index + 1;
  }

  void returned(int index) {
    if (index >= untouched) {
      throw new IllegalStateException(
          "partition " + index + " is given back and was never assigned");
    }
    giveBack(index);
  }

  /** When a job has ended nothing of it waits. */
  void clear() {
    untouched = size;
    returned.clear();
    returnedCount = 0;
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
