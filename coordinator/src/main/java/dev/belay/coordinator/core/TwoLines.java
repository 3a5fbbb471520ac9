package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Lifecycle.Step;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointQuarantined;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.SpeculationStarted;
import dev.belay.runtime.proto.TaskReleased;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What events mean for a task's lines of work: each lease that is out has checkpoints of its own,
 * the second one beginning with those that the first had. Either may complete, and that is the end
 * of the other; when the first is lost, the second takes its place and there is nothing to wait
 * for. Part of {@code apply}.
 */
final class TwoLines {
  private final ClusterState state;

  TwoLines(ClusterState state) {
    this.state = state;
  }

  /** A second attempt begins beside the first. */
  void begin(TaskRecord task, SpeculationStarted event, long millis) {
    Hold first = task.hold;
    long counter = event.getLease().getEpoch().getCounter();
    if (first == null || task.second != null || counter <= task.epochCounter) {
      throw new IllegalStateException(
          task.job.id + " " + task.text() + " cannot have a second lease " + counter);
    }
    Hold second = new Hold(task, counter, event.getWorker(), event.getIncarnation());
    second.sinceMillis = millis;
    second.lastSequence = task.lastSequence;
    second.own = task.checkpoints;
    second.ownProgress = task.progress;
    task.epochCounter = counter;
    task.second = second;
    task.attempts++;
    state.holdings.add(second);
  }

  /** A checkpoint counts, on the line of this lease. */
  void keep(Hold hold, Checkpoint checkpoint) {
    TaskRecord task = hold.task;
    if (checkpoint.getSequence() <= hold.lastSequence) {
      throw new IllegalStateException(
          task.text() + ": sequence " + checkpoint.getSequence() + " after " + hold.lastSequence);
    }
    hold.lastSequence = checkpoint.getSequence();
    task.lastSequence = Math.max(task.lastSequence, checkpoint.getSequence());
    List<Checkpoint> kept = hold.with(checkpoint, task.job.keeps());
    if (hold.speculative()) {
      hold.own = kept;
      hold.ownProgress = checkpoint.getProgress();
    } else {
      task.checkpoints = kept;
      task.progress = checkpoint.getProgress();
      task.errorsWithoutProgress = 0;
      task.lossesWithoutProgress = 0;
      task.error = "";
      task.failedOn = null;
    }
  }

  /** A checkpoint is lost, for the line that found it out; the other one will see for itself. */
  void quarantine(Hold hold, CheckpointQuarantined event) {
    TaskRecord task = hold.task;
    List<Checkpoint> kept = new ArrayList<>();
    List<QuarantinedCheckpoint> bad = new ArrayList<>(task.quarantined);
    for (Checkpoint checkpoint : hold.kept()) {
      if (checkpoint.getSequence() != event.getSequence()) {
        kept.add(checkpoint);
      } else if (bad.stream().noneMatch(one -> one.getKey().equals(key(checkpoint)))) {
        bad.add(
            QuarantinedCheckpoint.newBuilder()
                .setSequence(checkpoint.getSequence())
                .setKey(key(checkpoint))
                .setMessage(event.getMessage())
                .setCheckpoint(checkpoint)
                .build());
      }
    }
    task.quarantined = List.copyOf(bad);
    var progress =
        kept.isEmpty() ? task.progress.getDefaultInstanceForType() : kept.get(0).getProgress();
    if (hold.speculative()) {
      hold.own = List.copyOf(kept);
      hold.ownProgress = progress;
    } else {
      task.checkpoints = List.copyOf(kept);
      task.progress = progress;
    }
  }

  private static String key(Checkpoint checkpoint) {
    return checkpoint.getObject().getKey();
  }

  /** The second lease is over, and the first goes on alone. */
  void endSecond(TaskRecord task, boolean holderKnows, String reason) {
    Hold second = task.second;
    if (second == null) {
      return;
    }
    task.second = null;
    litter(task, second.own, task.checkpoints);
    end(second, holderKnows, reason);
  }

  /** The first lease is lost while the second is out, which takes its place. */
  void promote(TaskRecord task, Hold second, TaskReleased lost, long millis) {
    Hold first = task.hold;
    if (first == null) {
      throw new IllegalStateException(task.text() + " has a second lease and no first");
    }
    litter(task, task.checkpoints, second.own);
    task.hold = second;
    task.second = null;
    task.lineCounter = second.counter;
    task.checkpoints = second.own;
    task.progress = second.ownProgress;
    if (second.started) {
      task.heldBy(second);
    }
    task.lastHolder = second.incarnation.intern();
    second.own = List.of();
    end(first, Causes.holderKnows(lost), revocation(lost));
    task.notBeforeMillis = 0;
    task.step(Step.ASSIGNED);
    if (task.recovery != null) {
      task.recovery.toWorker = second.worker;
    }
    if (second.started) {
      task.step(Step.STARTED);
      task.recovered(millis, second.lastSequence);
    }
  }

  static String revocation(TaskReleased event) {
    if (event.getCause() == Cause.RESTORED) {
      return "the partition goes on from an older checkpoint";
    }
    return event.getRevoked() ? "it was not given back in time" : "the lease went to others";
  }

  /** Whoever completes first has won: what the other did is not asked for. */
  void finish(TaskRecord task, Hold winner) {
    List<Checkpoint> kept = winner.kept();
    task.lineCounter = winner.counter;
    task.lastHolder = winner.incarnation.intern();
    task.checkpoints = kept.isEmpty() ? List.of() : List.of(kept.get(0));
    drop(
        task,
        one -> {
          if (one == winner) {
            state.holdings.remove(one);
          } else {
            state.holdings.revoke(one, "another attempt was through first");
          }
        });
  }

  /** All leases of a task end. */
  void drop(TaskRecord task, Consumer<Hold> drop) {
    Hold first = task.hold;
    if (first != null) {
      if (task.isPartition()) {
        task.job.running--;
      }
      drop.accept(first);
      task.hold = null;
    }
    Hold second = task.second;
    if (second != null) {
      drop.accept(second);
      task.second = null;
    }
  }

  private void end(Hold hold, boolean holderKnows, String reason) {
    if (holderKnows) {
      state.holdings.remove(hold);
    } else {
      state.holdings.revoke(hold, reason);
    }
  }

  /** What the line that ends needed, and the one that goes on does not, is to be released. */
  private void litter(TaskRecord task, List<Checkpoint> ended, List<Checkpoint> alive) {
    Set<String> keys = new LinkedHashSet<>(CheckpointRules.references(ended));
    keys.removeAll(CheckpointRules.references(alive));
    keys.removeAll(CheckpointRules.quarantined(task));
    if (!keys.isEmpty()) {
      task.job.litter.addAll(keys);
      state.littered.add(task.job);
    }
  }

  /** Whether the end of the first lease leaves the work to the second. */
  static boolean goesOn(Cause cause) {
    return switch (Causes.kind(cause)) {
      case ERROR, LOSS, DRAIN, UNBEGUN -> true;
      // The task is to stop, wherever it runs; unless it is the worker that is no place for it.
      case YIELD -> cause == Cause.STORE_UNREACHABLE;
    };
  }
}
