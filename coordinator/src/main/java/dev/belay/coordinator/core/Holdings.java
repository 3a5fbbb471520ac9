package dev.belay.coordinator.core;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.proto.Lease;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who holds what: an index of the leases by the incarnation that holds them, kept by {@code apply}.
 * It also gathers what changed for whom since it was last announced; those notes are no part of the
 * state that events make.
 */
final class Holdings {
  /** What one incarnation holds. */
  static final class Held {
    final Set<TaskRecord> tasks = new LinkedHashSet<>();
    long digest;
    private final List<TaskRecord> assigned = new ArrayList<>();
    private final List<Ended> revoked = new ArrayList<>();
  }

  /** A lease that ended behind its holder's back. */
  record Ended(Lease lease, String reason) {}

  /** What changed for an incarnation. */
  record Change(String incarnation, List<TaskRecord> assigned, List<Ended> revoked, long digest) {}

  private static final Held NOTHING = new Held();

  private final Map<String, Held> byIncarnation = new LinkedHashMap<>();
  private final Set<String> changed = new LinkedHashSet<>();

  Held of(String incarnation) {
    return byIncarnation.getOrDefault(incarnation, NOTHING);
  }

  Set<String> incarnations() {
    return byIncarnation.keySet();
  }

  void add(TaskRecord task) {
    String incarnation = holder(task);
    Held held = byIncarnation.computeIfAbsent(incarnation, i -> new Held());
    held.tasks.add(task);
    held.digest += DesiredDigest.of(task.lease());
    held.assigned.add(task);
    changed.add(incarnation);
  }

  /** Ends the task's lease, of which the holder knows, since it reported what ended it. */
  void remove(TaskRecord task) {
    String incarnation = holder(task);
    Held held = byIncarnation.get(incarnation);
    if (held == null || !held.tasks.remove(task)) {
      throw new IllegalStateException(task.text() + " is not held by " + incarnation);
    }
    held.digest -= DesiredDigest.of(task.lease());
    held.assigned.remove(task);
    task.worker = null;
    task.incarnation = null;
    task.started = false;
    if (held.tasks.isEmpty() && held.revoked.isEmpty()) {
      byIncarnation.remove(incarnation);
      changed.remove(incarnation);
    }
  }

  /** Ends the task's lease, of which the holder is to be told. */
  void revoke(TaskRecord task, String reason) {
    String incarnation = holder(task);
    Held held = of(incarnation);
    held.revoked.add(new Ended(task.lease(), reason));
    remove(task);
    changed.add(incarnation);
  }

  /** What changed since the last call, by incarnation. */
  List<Change> drainChanges() {
    if (changed.isEmpty()) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>(changed.size());
    for (String incarnation : changed) {
      Held held = of(incarnation);
      changes.add(
          new Change(
              incarnation, List.copyOf(held.assigned), List.copyOf(held.revoked), held.digest));
      held.assigned.clear();
      held.revoked.clear();
      if (held.tasks.isEmpty()) {
        byIncarnation.remove(incarnation);
      }
    }
    changed.clear();
    return changes;
  }

  private static String holder(TaskRecord task) {
    if (task.incarnation == null) {
      throw new IllegalStateException(task.text() + " of " + task.job.id + " is held by nobody");
    }
    return task.incarnation;
  }
}
