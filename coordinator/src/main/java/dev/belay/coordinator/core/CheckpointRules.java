package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** Whether this lease committed this checkpoint, as far back as checkpoints are kept. */
  boolean committedUnder(Hold hold, Checkpoint checkpoint) {
    return keptUnder(hold.kept(), checkpoint, hold.epoch())
        || wasQuarantined(hold.task, hold.counter, checkpoint);
  }

  /** As above, of the last lease, which has ended. */
  boolean committedUnderLast(TaskRecord task, Checkpoint checkpoint) {
    return keptUnder(task.checkpoints, checkpoint, task.epoch())
        || wasQuarantined(task, task.lineCounter, checkpoint);
  }

  private boolean wasQuarantined(TaskRecord task, long counter, Checkpoint checkpoint) {
    return (named(task, counter, checkpoint)
        && task.quarantined.stream()
            .anyMatch(one -> one.getKey().equals(checkpoint.getObject().getKey())));
  }

  /** Whether it is one of those kept, and was committed under this epoch. */
  static boolean keptUnder(List<Checkpoint> kept, Checkpoint checkpoint, Epoch epoch) {
    return kept.stream()
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
  boolean isEcho(Hold hold, Checkpoint checkpoint) {
    List<Checkpoint> kept = hold.kept();
    return kept.size() == hold.task.job.keeps()
        && kept.stream().allMatch(one -> hold.isEpoch(one.getEpoch()))
        && Long.compareUnsigned(checkpoint.getSequence(), kept.get(kept.size() - 1).getSequence())
            < 0;
  }

  /**
   * Whether the object is called by its task, lease and sequence. So no other can have that name,
   * neither one that is needed (this one will be deleted one day) nor one that is deleted already.
   */
  private boolean named(TaskRecord task, long counter, Checkpoint checkpoint) {
    String stem =
        "%s/p%d/%d-%d-%d-"
            .formatted(
                state.prefix(task.job),
                task.index,
                task.job.epochGeneration,
                counter,
                checkpoint.getSequence());
    String key = checkpoint.getObject().getKey();
    return key.startsWith(stem)
        && key.length() <= stem.length() + MAX_KEY_TAIL
        && plain(key, stem.length());
  }

  /**
   * The object of a checkpoint that came too late to count, if nothing can ever need it; null
   * otherwise. Under a lease that is out it might still count, and one that counted long ago may be
   * kept to this day, whoever says it again.
   */
  @Nullable String orphan(TaskRecord task, Lease lease, Checkpoint checkpoint) {
    long counter = lease.getEpoch().getCounter();
    String key = checkpoint.getObject().getKey();
    boolean over =
        task.isPartition()
            && lease.getEpoch().getGeneration() == task.job.epochGeneration
            && counter > 0
            && counter <= task.epochCounter
            && task.heldUnder(lease.getEpoch()) == null
            && named(task, counter, checkpoint);
    return over && !isNamed(task, key) && !task.job.released.contains(key) ? key : null;
  }

  private static boolean isNamed(TaskRecord task, String key) {
    return inUse(task).contains(key) || quarantined(task).contains(key);
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
  boolean fresh(Hold hold, Checkpoint checkpoint) {
    if (checkpoint.getReferencesCount() > MAX_REFERENCES) {
      return false;
    }
    Set<String> alive = references(hold.kept());
    for (String key : checkpoint.getReferencesList()) {
      boolean own = key.equals(checkpoint.getObject().getKey());
      if (!own && !alive.contains(key)) {
        return false;
      }
    }
    return !hold.task.job.released.contains(checkpoint.getObject().getKey());
  }

  static Set<String> references(List<Checkpoint> checkpoints) {
    Set<String> keys = new LinkedHashSet<>();
    for (Checkpoint checkpoint : checkpoints) {
      keys.add(checkpoint.getObject().getKey());
      keys.addAll(checkpoint.getReferencesList());
    }
    return keys;
  }

  /** Whether it is called as the lease's next one must be. */
  boolean isNext(Hold hold, Checkpoint checkpoint) {
    return checkpoint.getSequence() == hold.lastSequence + 1
        && named(hold.task, hold.counter, checkpoint);
  }

  /** The objects that nobody needs any more once this checkpoint is the newest on its line. */
  List<String> displacedBy(Hold hold, Checkpoint newest) {
    Set<String> keys = references(hold.kept());
    keys.removeAll(references(hold.with(newest, hold.task.job.keeps())));
    Hold other = hold.other();
    if (other != null) {
      keys.removeAll(references(other.kept()));
    }
    keys.removeAll(quarantined(hold.task));
    return new ArrayList<>(keys);
  }

  /**
   * The objects that a task needed, on either line, and does not any more once this lease has
   * completed it.
   */
  List<String> neededUntilDone(Hold winner) {
    TaskRecord task = winner.task;
    Set<String> keys = inUse(task);
    List<Checkpoint> last = winner.kept();
    if (task.job.keepsSuccess() && !last.isEmpty()) {
      keys.removeAll(references(last.subList(0, 1)));
    }
    keys.removeAll(quarantined(task));
    return new ArrayList<>(keys);
  }

  /** What is read when a task goes on, on either line. */
  private static Set<String> inUse(TaskRecord task) {
    Set<String> keys = references(task.checkpoints);
    if (task.second != null) {
      keys.addAll(references(task.second.own));
    }
    return keys;
  }

  /** What was found unusable is kept as long as the job, for people to look at. */
  static Set<String> quarantined(TaskRecord task) {
    if (task.quarantined.isEmpty()) {
      return Set.of();
    }
    Set<String> keys = new LinkedHashSet<>();
    for (QuarantinedCheckpoint bad : task.quarantined) {
      keys.add(bad.getKey());
      keys.addAll(bad.getCheckpoint().getReferencesList());
    }
    return keys;
  }

  /**
   * What a lease restores from, newest first. Where all that it had was found unusable, it is those
   * that are tried again, for nothing begins from the very start unless that was asked for: they
   * may have been put back, or only that worker could not read them.
   */
  static List<Checkpoint> toRestore(Hold hold) {
    List<Checkpoint> kept = hold.kept();
    TaskRecord task = hold.task;
    boolean fromScratch =
        task.job.spec.getOnLostCheckpoints() == OnLostCheckpoints.RESTART
            || task.quarantined.isEmpty();
    if (!kept.isEmpty() || fromScratch) {
      return kept;
    }
    return task.quarantined.stream()
        .map(QuarantinedCheckpoint::getCheckpoint)
        .filter(Checkpoint::hasObject)
        .sorted((a, b) -> Long.compareUnsigned(b.getSequence(), a.getSequence()))
        .toList();
  }

  /** Every object that the journal names for a task. */
  static Set<String> named(TaskRecord task) {
    Set<String> keys = new LinkedHashSet<>(quarantined(task));
    boolean done = task.state == PartitionState.PARTITION_SUCCEEDED;
    if (!done || task.job.keepsSuccess()) {
      keys.addAll(inUse(task));
      addSegments(task.checkpoints, keys);
    }
    if (task.second != null) {
      addSegments(task.second.own, keys);
    }
    task.segments.forEach(segment -> keys.add(segment.getObject().getKey()));
    task.quarantined.forEach(bad -> addSegments(List.of(bad.getCheckpoint()), keys));
    if (task.kind == TaskKind.PLAN && task.job.plan != null) {
      keys.add(task.job.plan.getKey());
    }
    return keys;
  }

  private static void addSegments(List<Checkpoint> checkpoints, Set<String> keys) {
    for (Checkpoint checkpoint : checkpoints) {
      checkpoint.getSegmentsList().forEach(segment -> keys.add(segment.getObject().getKey()));
    }
  }
}
