package dev.belay.coordinator.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A worker in the index of free capacity. What the index is ordered by is frozen here, and changes
 * only while the seat is out of all its pools: see {@link Capacity}.
 */
final class Seat {
  final WorkerRecord worker;

  /** Those whose demand it meets. */
  final List<Pool> pools = new ArrayList<>();

  /** Leases that are out to it and must be the only ones while they make no progress. */
  final Set<Hold> alone = new LinkedHashSet<>();

  /** The task that it is kept free for; null: none. */
  @Nullable TaskRecord reservedFor;

  /** Leases that it holds, those that the decision under way gives it included. */
  int held;

  /** Slots that are free; negative: leases that wait in its queue. */
  int free;

  /** Whether it may get anything new. */
  boolean open;

  Seat(WorkerRecord worker) {
    this.worker = worker;
  }

  /** Whether what is frozen is not so any more. */
  boolean differs() {
    return open != opens() || free != worker.usableSlots() - held;
  }

  /** Freezes what is so. */
  void freeze() {
    open = opens();
    free = worker.usableSlots() - held;
  }

  private boolean opens() {
    return worker.takesWork() && alone.isEmpty() && reservedFor == null;
  }

  /** Whether it may get something new, and has a slot for it. */
  boolean hasSlot() {
    return open && free > 0;
  }

  /** Whether something new would have to wait there for a slot, and may. */
  boolean hasQueue() {
    return open && free <= 0 && worker.queue + free > 0;
  }

  boolean empty() {
    return held == 0;
  }
}
