package dev.belay.coordinator.core;

import dev.belay.runtime.proto.ObjectsReleased;
import java.util.List;

/** Objects that nothing needs any more: that is journaled, and only then are they deleted. */
final class Garbage {
  private final ClusterState state;

  Garbage(ClusterState state) {
    this.state = state;
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
