package dev.belay.worker.core;

import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The assignments that wait for a free slot, or for the thread of an older epoch, in order. */
final class WorkQueue {
  private record Waiting(Assignment assignment, long sinceNanos) {}

  private final Map<TaskId, Waiting> byTask = new LinkedHashMap<>();

  boolean isEmpty() {
    return byTask.isEmpty();
  }

  /** At the end; in place of an older epoch of its task. */
  void add(Assignment assignment, long nowNanos) {
    TaskId task = assignment.getLease().getTask();
    byTask.remove(task);
    byTask.put(task, new Waiting(assignment, nowNanos));
  }

  boolean contains(Lease lease) {
    Waiting waiting = byTask.get(lease.getTask());
    return waiting != null && waiting.assignment.getLease().equals(lease);
  }

  void remove(Lease lease) {
    if (contains(lease)) {
      byTask.remove(lease.getTask());
    }
  }

  /** Takes out the first that may start; null: none. */
  @Nullable Assignment takeFirst(Predicate<Lease> mayStart) {
    Iterator<Waiting> all = byTask.values().iterator();
    while (all.hasNext()) {
      Assignment assignment = all.next().assignment;
      if (mayStart.test(assignment.getLease())) {
        all.remove();
        return assignment;
      }
    }
    return null;
  }

  /** Takes out all. */
  List<Lease> takeAll() {
    List<Lease> all =
        byTask.values().stream().map(waiting -> waiting.assignment.getLease()).toList();
    byTask.clear();
    return all;
  }

  /** Takes out those that have waited so long, of those in question. */
  List<Lease> takeOverdue(long nowNanos, long patienceNanos, Predicate<Lease> wanted) {
    List<Lease> overdue = new ArrayList<>();
    byTask
        .values()
        .removeIf(
            waiting -> {
              Lease lease = waiting.assignment.getLease();
              boolean taken = nowNanos - waiting.sinceNanos >= patienceNanos && wanted.test(lease);
              if (taken) {
                overdue.add(lease);
              }
              return taken;
            });
    return overdue;
  }
}
