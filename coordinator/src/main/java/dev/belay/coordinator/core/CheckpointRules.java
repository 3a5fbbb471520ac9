package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which checkpoints may count: under which name, after which one, and made of which objects. Reads
 * the state and decides nothing by itself.
 */
final class CheckpointRules {
  private static final int MAX_REFERENCES = 64;
  private static final int MAX_KEY_TAIL = 32;

  private final ClusterState state;

  CheckpointRules(ClusterState state) {
    this.state = state;
  }

  /** Whether the newest lease committed this checkpoint, as far back as checkpoints are kept. */
  boolean committedUnder(TaskRecord task, Checkpoint checkpoint) {
    return keptUnder(task, checkpoint, task.epoch())
        || (named(task, checkpoint)
            && task.quarantined.stream()
                .anyMatch(one -> one.getKey().equals(checkpoint.getObject().getKey())));
  }

  /** Whether it is one of those kept, and was committed under this epoch. */
  boolean keptUnder(TaskRecord task, Checkpoint checkpoint, Epoch epoch) {
    return task.checkpoints.stream()
        .anyMatch(
            one ->
                one.getSequence() == checkpoint.getSequence()
                    && one.getObject().equals(checkpoint.getObject())
                    && one.getEpoch().equals(epoch));
  }

  /**
   * Whether it may be one that this lease committed, before all that are kept. Nobody waits for the
   * answer to such a one; OK would be a guess. Any other sequence of the past was never this
   * lease's.
   */
  boolean isEcho(TaskRecord task, Checkpoint checkpoint) {
    List<Checkpoint> kept = task.checkpoints;
    return kept.size() == EventApplier.CHECKPOINTS_KEPT
        && kept.stream().allMatch(one -> task.isEpoch(one.getEpoch()))
        && Long.compareUnsigned(checkpoint.getSequence(), kept.get(kept.size() - 1).getSequence())
            < 0;
  }

  /**
   * Whether the object is called by its task, lease and sequence. So no other can have that name,
   * neither one that is needed (this one will be deleted one day) nor one that is deleted already.
   */
  boolean named(TaskRecord task, Checkpoint checkpoint) {
    String stem =
        "%s/p%d/%d-%d-%d-"
            .formatted(
                state.prefix(task.job),
                task.index,
                task.job.epochGeneration,
                task.epochCounter,
                checkpoint.getSequence());
    String key = checkpoint.getObject().getKey();
    return key.startsWith(stem)
        && key.length() <= stem.length() + MAX_KEY_TAIL
        && plain(key, stem.length());
  }

  /** What every store takes; a name that one refuses could never be deleted. */
  private static boolean plain(String key, int from) {
    return key.chars()
        .skip(from)
        .allMatch(
            c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '-'
                    || c == '_');
  }

  /**
   * Whether all that a restore would read is either its own object or held by a kept checkpoint.
   */
  boolean fresh(TaskRecord task, Checkpoint checkpoint) {
    if (checkpoint.getReferencesCount() > MAX_REFERENCES) {
      return false;
    }
    Set<String> alive = references(task.checkpoints);
    for (String key : checkpoint.getReferencesList()) {
      boolean own = key.equals(checkpoint.getObject().getKey());
      if (!own && !alive.contains(key)) {
        return false;
      }
    }
    return !task.job.released.contains(checkpoint.getObject().getKey());
  }

  private static Set<String> references(List<Checkpoint> checkpoints) {
    Set<String> keys = new LinkedHashSet<>();
    for (Checkpoint checkpoint : checkpoints) {
      keys.add(checkpoint.getObject().getKey());
      keys.addAll(checkpoint.getReferencesList());
    }
    return keys;
  }

  /** Whether it is called as the task's next one must be. */
  boolean isNext(TaskRecord task, Checkpoint checkpoint) {
    return checkpoint.getSequence() == task.lastSequence + 1 && named(task, checkpoint);
  }

  /** The objects that nobody needs any more once this checkpoint is the newest. */
  List<String> displacedBy(TaskRecord task, Checkpoint newest) {
    return unreferenced(task, task.with(newest, EventApplier.CHECKPOINTS_KEPT));
  }

  /** The objects that the task's checkpoints reference and the kept ones do not. */
  List<String> unreferenced(TaskRecord task, List<Checkpoint> kept) {
    Set<String> keys = references(task.checkpoints);
    keys.removeAll(references(kept));
    return new ArrayList<>(keys);
  }
}
