package dev.belay.jobs.simulation.check;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What one lease of a task has come to: checkpoints in a row, kept as far back as they are. */
final class Line {
  final Epoch epoch;
  private final int keeps;
  private final List<Checkpoint> kept;
  private long lastSequence;
  private long done;
  private boolean started;

  /** Where this lease has to go on from; 0: from the very start. */
  private long base;

  /**
   * It begins where another is now.
   *
   * @param keeps how many checkpoints at most
   */
  Line(Epoch epoch, int keeps, List<Checkpoint> kept, long lastSequence) {
    this.keeps = keeps;
    this.epoch = epoch;
    this.kept = new ArrayList<>(kept);
    this.lastSequence = lastSequence;
    this.done = kept.isEmpty() ? 0 : kept.get(0).getProgress().getDone();
    this.base = newestBefore();
  }

  List<Checkpoint> kept() {
    return kept;
  }

  long lastSequence() {
    return lastSequence;
  }

  void started(Object task, long resumedFrom) {
    Violation.unless(!started, task, "started twice under one epoch");
    started = true;
    Violation.unless(
        resumedFrom == base,
        task,
        "went back to checkpoint " + resumedFrom + " without a word, " + base + " counts");
  }

  void committed(Object task, Checkpoint checkpoint) {
    Violation.unless(
        checkpoint.getSequence() == lastSequence + 1,
        task,
        "checkpoint " + checkpoint.getSequence() + " after " + lastSequence);
    Violation.unless(
        checkpoint.getEpoch().equals(epoch), task, "a checkpoint of another epoch counted");
    Violation.unless(
        checkpoint.getProgress().getDone() >= done,
        task,
        "progress went back from " + done + " to " + checkpoint.getProgress().getDone());
    lastSequence = checkpoint.getSequence();
    done = checkpoint.getProgress().getDone();
    kept.add(0, checkpoint);
    if (kept.size() > keeps) {
      kept.remove(keeps);
    }
  }

  /** Somebody wants it to go on from there. */
  void backTo(Object task, long sequence) {
    Violation.unless(
        kept.stream().anyMatch(checkpoint -> checkpoint.getSequence() == sequence),
        task,
        "goes back to checkpoint " + sequence + ", which is not kept");
    kept.removeIf(checkpoint -> checkpoint.getSequence() > sequence);
  }

  /** The newest alone. */
  Set<String> newest() {
    Set<String> keys = new HashSet<>();
    addNeeded(kept.subList(0, Math.min(1, kept.size())), keys);
    return keys;
  }

  /** A named fallback: the only way back. Returns what it fell back from. */
  Checkpoint quarantined(Object task, long sequence) {
    for (Checkpoint checkpoint : kept) {
      if (checkpoint.getSequence() == sequence) {
        kept.remove(checkpoint);
        base = newestBefore();
        done = kept.isEmpty() ? 0 : kept.get(0).getProgress().getDone();
        return checkpoint;
      }
    }
    throw new Violation(task + ": fell back from checkpoint " + sequence + ", which is not kept");
  }

  private long newestBefore() {
    return kept.stream()
        .filter(checkpoint -> !checkpoint.getEpoch().equals(epoch))
        .mapToLong(Checkpoint::getSequence)
        .findFirst()
        .orElse(0);
  }

  void addNeeded(Set<String> keys) {
    addNeeded(kept, keys);
  }

  static void addNeeded(List<Checkpoint> checkpoints, Set<String> keys) {
    for (Checkpoint checkpoint : checkpoints) {
      keys.add(checkpoint.getObject().getKey());
      keys.addAll(checkpoint.getReferencesList());
      checkpoint.getSegmentsList().forEach(segment -> keys.add(segment.getObject().getKey()));
    }
  }
}
