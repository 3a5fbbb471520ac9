package dev.belay.coordinator.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * When to look at which worker again: a heap, so that a tick costs what is due and not what exists.
 * A heartbeat moves nothing in it: when a worker's turn comes, whoever asked looks whether it was
 * heard meanwhile, and says when to look again. So each is touched once a timeout and not once a
 * heartbeat.
 */
final class Deadlines {
  private record Look(long atNanos, long number, WorkerRecord worker) {}

  private static final Comparator<Look> EARLIEST =
      Comparator.comparingLong(Look::atNanos).thenComparingLong(Look::number);

  private final PriorityQueue<Look> looks = new PriorityQueue<>(EARLIEST);
  private long numbers;

  /** Looks at the worker then, or earlier if that was asked for before. */
  void by(WorkerRecord worker, long atNanos) {
    if (worker.look == 0 || atNanos < worker.lookNanos) {
      worker.look = ++numbers;
      worker.lookNanos = atNanos;
      looks.add(new Look(atNanos, worker.look, worker));
    }
  }

  /** Those whose turn has come; nobody looks at them again unless asked. */
  List<WorkerRecord> due(long nanos) {
    List<WorkerRecord> due = new ArrayList<>();
    for (Look next = looks.peek(); next != null && next.atNanos() <= nanos; next = looks.peek()) {
      looks.remove();
      if (next.worker().look == next.number()) {
        next.worker().look = 0;
        due.add(next.worker());
      }
    }
    return due;
  }
}
