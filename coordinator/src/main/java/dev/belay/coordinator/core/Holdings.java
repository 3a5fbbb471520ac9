package dev.belay.coordinator.core;

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
    final Set<Hold> holds = new LinkedHashSet<>();
    long digest;
    private final List<Hold> assigned = new ArrayList<>();
    private final List<Ended> revoked = new ArrayList<>();
  }

  /** A lease that ended behind its holder's back. */
  record Ended(Lease lease, String reason) {}

  /** What changed for an incarnation. */
  record Change(String incarnation, List<Hold> assigned, List<Ended> revoked, long digest) {}

  /** Hears of each lease that comes or goes; what it makes of that is no part of the state. */
  interface Watcher {
    void came(Hold hold);

    void went(Hold hold);
  }

  private static final Held NOTHING = new Held();

  private final Map<String, Held> byIncarnation = new LinkedHashMap<>();
  private final Set<String> changed = new LinkedHashSet<>();

  private final List<Watcher> watchers = new ArrayList<>();

  void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  Held of(String incarnation) {
    return byIncarnation.getOrDefault(incarnation, NOTHING);
  }

  Set<String> incarnations() {
    return byIncarnation.keySet();
  }

  void add(Hold hold) {
    Held held = byIncarnation.computeIfAbsent(hold.incarnation, i -> new Held());
    held.holds.add(hold);
    held.digest += hold.digest;
    held.assigned.add(hold);
    changed.add(hold.incarnation);
    watchers.forEach(watcher -> watcher.came(hold));
  }

  /** A lease that ended, of which the holder knows, since it reported what ended it. */
  void remove(Hold hold) {
    Held held = byIncarnation.get(hold.incarnation);
    if (held == null || !held.holds.remove(hold)) {
      throw new IllegalStateException(hold.task.text() + " is not held by " + hold.incarnation);
    }
    held.digest -= hold.digest;
    held.assigned.remove(hold);
    if (held.holds.isEmpty() && held.revoked.isEmpty()) {
      byIncarnation.remove(hold.incarnation);
      changed.remove(hold.incarnation);
    }
    watchers.forEach(watcher -> watcher.went(hold));
  }

  /** A lease that ended, of which the holder is to be told. */
  void revoke(Hold hold, String reason) {
    of(hold.incarnation).revoked.add(new Ended(hold.lease(), reason));
    remove(hold);
    changed.add(hold.incarnation);
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
      if (held.holds.isEmpty()) {
        byIncarnation.remove(incarnation);
      }
    }
    changed.clear();
    return changes;
  }
}
