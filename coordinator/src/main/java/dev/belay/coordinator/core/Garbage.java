package dev.belay.coordinator.core;

import dev.belay.runtime.proto.ObjectsReleased;
import java.util.List;

/** Objects that nothing needs any more: that is journaled, and only then are they deleted. */
final class Garbage {
  /** So that the record of it stays small; the next decision goes on. */
  private static final int MOST_KEYS = 1_000;

  private static final int MOST_JOBS = 100;

  private final ClusterState state;

  Garbage(ClusterState state) {
    this.state = state;
  }

  /** Releases what the ends of leases left behind. */
  void sweep(Decision.Draft draft) {
    int left = MOST_KEYS;
    for (JobRecord job : state.littered) {
      List<String> keys = job.litter.stream().limit(left).toList();
      release(draft, job, keys);
      left -= keys.size();
    }
  }

  /**
   * Releases what jobs have stored whose time is over. To be called only where somebody works for
   * this coordinator: a copy of it on a machine that comes back does not know which of them go on.
   */
  void expire(Decision.Draft draft, long wallMillis) {
    state.retention.over(wallMillis, MOST_JOBS).forEach(job -> releaseAll(draft, job));
  }

  /** Releases everything that an ended job has stored. */
  void releaseAll(Decision.Draft draft, JobRecord job) {
    draft
        .add(
            draft
                .event()
                .setObjectsReleased(ObjectsReleased.newBuilder().setJob(job.id).setAll(true)))
        .then(new Effect.Delete(job.id, state.prefix(job), List.of(), true));
  }

  void release(Decision.Draft draft, JobRecord job, List<String> keys) {
    if (!keys.isEmpty()) {
      draft
          .add(
              draft
                  .event()
                  .setObjectsReleased(ObjectsReleased.newBuilder().setJob(job.id).addAllKeys(keys)))
          .then(new Effect.Delete(job.id, state.prefix(job), keys, false));
    }
  }
}
