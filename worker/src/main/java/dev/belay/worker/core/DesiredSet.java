package dev.belay.worker.core;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.TaskId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the coordinator desires of this worker: at most one epoch of a task, the newest. Its digest
 * is kept as it changes, so that a thousand leases cost no more to compare than one.
 */
final class DesiredSet {
  private final Map<TaskId, Assignment> byTask = new LinkedHashMap<>();
  private long digest;

  /** As the coordinator last gave it. */
  private long meant;

  void clear() {
    byTask.clear();
    digest = 0;
  }

  /** Adds an assignment, in place of an older epoch of its task. */
  void add(Assignment assignment) {
    Lease lease = assignment.getLease();
    Assignment known = byTask.get(lease.getTask());
    if (known != null) {
      if (!isNewer(lease.getEpoch(), known.getLease().getEpoch())) {
        return;
      }
      remove(known.getLease());
    }
    byTask.put(lease.getTask(), assignment);
    digest += DesiredDigest.of(lease);
  }

  void remove(Lease lease) {
    if (contains(lease)) {
      byTask.remove(lease.getTask());
      digest -= DesiredDigest.of(lease);
    }
  }

  boolean contains(Lease lease) {
    Assignment assignment = byTask.get(lease.getTask());
    return assignment != null && assignment.getLease().equals(lease);
  }

  /** The coordinator spoke of the set: this is the digest of what it means. */
  void meant(long digest) {
    meant = digest;
  }

  /** Whether the set is the one that the coordinator meant when it last spoke of it. */
  boolean agrees() {
    return digest == meant;
  }

  static boolean isNewer(Epoch one, Epoch other) {
    return Epochs.ORDER.compare(one, other) > 0;
  }
}
