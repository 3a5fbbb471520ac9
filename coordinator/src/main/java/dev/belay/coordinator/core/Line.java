package dev.belay.coordinator.core;

import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The jobs that wait for room in one pool, the next one first. */
final class Line {
  final Pool pool;
  private final NavigableSet<Contender> all = new TreeSet<>();
  private final NavigableSet<Contender> quick = new TreeSet<>();

  Line(Pool pool) {
    this.pool = pool;
  }

  void enter(Contender contender) {
    all.add(contender);
    if (contender.quick()) {
      quick.add(contender);
    }
  }

  void leave(Contender contender) {
    all.remove(contender);
    quick.remove(contender);
  }

  boolean empty() {
    return all.isEmpty();
  }

  /** Whoever waits and is first in turn, whether there is room or not. */
  @Nullable Contender first() {
    return all.isEmpty() ? null : all.first();
  }

  /** Who gets the room that the pool has: into a queue only who will not stay there for long. */
  @Nullable Contender next() {
    if (pool.hasSlot()) {
      return first();
    }
    return pool.hasQueue() && !quick.isEmpty() ? quick.first() : null;
  }

  /** All who wait, the next one first. */
  Iterable<Contender> all() {
    return all;
  }
}
