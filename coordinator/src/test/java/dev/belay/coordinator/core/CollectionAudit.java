package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.PartitionState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold in such a life: of what is stored nothing less, and not much more. */
final class CollectionAudit {
  private final TestCluster cluster;
  private final Shelf shelf;

  CollectionAudit(TestCluster cluster, Shelf shelf) {
    this.cluster = cluster;
    this.shelf = shelf;
  }

  /** Everything that the journal names, told from the state without any help of its rules. */
  static Set<String> named(ClusterState state) {
    Set<String> keys = new LinkedHashSet<>();
    for (JobRecord job : state.jobs.values()) {
      if (job.objectsGone) {
        continue;
      }
      if (job.plan != null) {
        keys.add(job.plan.getKey());
      }
      for (TaskRecord task : job.partitions) {
        boolean done = task.ended() && task.hold == null && task.result() != null;
        if (!done || job.spec.hasKeepForMillis()) {
          task.checkpoints.forEach(one -> add(one, keys));
        }
        if (task.second != null) {
          task.second.own.forEach(one -> add(one, keys));
        }
        task.segments.forEach(segment -> keys.add(segment.getObject().getKey()));
        task.quarantined.forEach(bad -> add(bad.getCheckpoint(), keys));
      }
    }
    return keys;
  }

  private static void add(Checkpoint checkpoint, Set<String> keys) {
    keys.add(checkpoint.getObject().getKey());
    keys.addAll(checkpoint.getReferencesList());
    checkpoint.getSegmentsList().forEach(segment -> keys.add(segment.getObject().getKey()));
  }

  /** Everything that is needed lies there. */
  void check() {
    for (String key : named(cluster.core.state())) {
      if (!shelf.stored.containsKey(key)) {
        throw new AssertionError("the journal names " + key + ", and it is gone");
      }
    }
  }

  /** Of the checkpoints of partitions that are worked on, and of what is over. */
  void checkSpace() {
    long kept = 0;
    long held = 0;
    Set<String> waiting = new LinkedHashSet<>();
    List<String> live = new ArrayList<>();
    for (JobRecord job : cluster.core.state().jobs.values()) {
      for (TaskRecord task : job.partitions) {
        boolean done = task.state == PartitionState.PARTITION_SUCCEEDED;
        if (!done && task.closed < task.epochCounter - (task.ended() ? 0 : 1)) {
          // Nobody has begun it anew since its last lease was given up.
          waiting.add("/" + job.id + "/p" + task.index + "/");
        }
        if (task.hold != null) {
          live.add(stem(task, task.hold));
        }
        if (task.second != null) {
          live.add(stem(task, task.second));
        }
        kept += (long) Chunks.STATE * (task.checkpoints.size() + task.quarantined.size());
      }
    }
    Map<String, Integer> rest = new LinkedHashMap<>(shelf.stored);
    rest.keySet().removeIf(key -> !key.endsWith(".ckpt"));
    rest.keySet().removeIf(key -> waiting.stream().anyMatch(key::contains));
    // Tries at the next one, which are in progress as far as anybody knows.
    rest.keySet().removeIf(key -> live.stream().anyMatch(key::contains));
    held += rest.values().stream().mapToInt(Integer::intValue).sum();
    if (held > 2 * kept) {
      throw new AssertionError(held + " are held of " + kept + " that are kept: " + rest);
    }
  }

  /** What the next checkpoint of a lease is called, but for its end. */
  private static String stem(TaskRecord task, Hold hold) {
    return "/%s/p%d/%d-%d-%d-"
        .formatted(
            task.job.id, task.index, task.job.epochGeneration, hold.counter, hold.lastSequence + 1);
  }
}
