package dev.belay.jobs.simulation.check;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.TaskAssigned;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The life of one task, as the journal tells it. */
final class TaskAccount {
  private static final int KEPT = 3;

  final TaskId id;

  /** All leases it ever had, and whose they were. */
  private final Map<Epoch, String> holders = new LinkedHashMap<>();

  private @Nullable Epoch newest;
  private boolean leased;
  private boolean started;
  private boolean ended;
  private boolean completed;
  private long lastSequence;

  /** Where the current lease has to go on from; 0: from the very start. */
  private long base;

  private long done;
  private List<Checkpoint> kept = new ArrayList<>();
  private List<Segment> output = List.of();
  private SplitBounds bounds = SplitBounds.getDefaultInstance();
  private final Set<Lease> completedUnder = new HashSet<>();
  private final Set<Lease> cutUnder = new HashSet<>();
  private final Set<Object> committed = new HashSet<>();

  TaskAccount(TaskId id) {
    this.id = id;
  }

  void assigned(TaskAssigned event) {
    Epoch epoch = event.getLease().getEpoch();
    must(!leased, "leased to a second holder while the first is current");
    must(!completed, "assigned after it was completed");
    must(!ended, "assigned after it had ended");
    must(
        newest == null || Epochs.ORDER.compare(epoch, newest) > 0,
        "assigned under epoch " + Epochs.text(epoch) + ", which is no higher than before");
    newest = epoch;
    leased = true;
    started = false;
    holders.put(epoch, event.getIncarnation());
    base = newestBefore(epoch);
  }

  void started(Lease lease, long resumedFrom) {
    current(lease, "started");
    must(!started, "started twice under one epoch");
    started = true;
    must(
        resumedFrom == base,
        "went back to checkpoint " + resumedFrom + " without a word, " + base + " counts");
  }

  private long newestBefore(Epoch epoch) {
    return kept.stream()
        .filter(checkpoint -> !checkpoint.getEpoch().equals(epoch))
        .mapToLong(Checkpoint::getSequence)
        .findFirst()
        .orElse(0);
  }

  void released(Lease lease) {
    current(lease, "released");
    leased = false;
  }

  void committed(Lease lease, Checkpoint checkpoint) {
    current(lease, "a checkpoint counted");
    must(
        checkpoint.getSequence() == lastSequence + 1,
        "checkpoint " + checkpoint.getSequence() + " after " + lastSequence);
    must(
        checkpoint.getEpoch().equals(lease.getEpoch()),
        "a checkpoint of epoch " + Epochs.text(checkpoint.getEpoch()) + " counted under another");
    must(
        checkpoint.getProgress().getDone() >= done,
        "progress went back from " + done + " to " + checkpoint.getProgress().getDone());
    lastSequence = checkpoint.getSequence();
    done = checkpoint.getProgress().getDone();
    committed.add(List.of(lease, checkpoint.getObject().getKey()));
    kept.add(0, checkpoint);
    if (kept.size() > KEPT) {
      kept = new ArrayList<>(kept.subList(0, KEPT));
    }
  }

  /** A named fallback: the only way back. Returns the object that is not needed any more. */
  String quarantined(Lease lease, long sequence) {
    current(lease, "fell back");
    for (Checkpoint checkpoint : kept) {
      if (checkpoint.getSequence() == sequence) {
        kept.remove(checkpoint);
        base = newestBefore(lease.getEpoch());
        done = kept.isEmpty() ? 0 : kept.get(0).getProgress().getDone();
        return checkpoint.getObject().getKey();
      }
    }
    throw new Violation(this + ": fell back from checkpoint " + sequence + ", which is not kept");
  }

  /** The lease ends with it; what is left is covered by the head alone. */
  void cut(Lease lease, SplitBounds head) {
    current(lease, "cut");
    cutUnder.add(lease);
    leased = false;
    covers(head);
  }

  void covers(SplitBounds bounds) {
    this.bounds = bounds;
  }

  SplitBounds bounds() {
    return bounds;
  }

  boolean wasCutUnder(Lease lease) {
    return cutUnder.contains(lease);
  }

  void completed(Lease lease, Completed what) {
    current(lease, "completed");
    completed = true;
    ended = true;
    leased = false;
    output = what.getSegmentsList();
    completedUnder.add(lease);
  }

  /** Of planning and publishing. */
  void over(Epoch epoch) {
    must(leased && epoch.equals(newest), "ended by one who does not hold it");
    completed = true;
    ended = true;
    leased = false;
  }

  /** With its job, whatever it was at. */
  void ends() {
    ended = true;
    leased = false;
  }

  private void current(Lease lease, String what) {
    must(leased, what + " under " + Epochs.text(lease.getEpoch()) + ", though held by nobody");
    must(
        lease.getEpoch().equals(newest),
        what + " under the stale epoch " + Epochs.text(lease.getEpoch()));
  }

  // ---- what others ask

  boolean isCurrent(Lease lease) {
    return leased && lease.getEpoch().equals(newest);
  }

  /** Adds its lease to those of its holder. */
  void addHeld(Map<String, Set<Lease>> held) {
    if (leased && newest != null) {
      held.computeIfAbsent(String.valueOf(holders.get(newest)), i -> new LinkedHashSet<>())
          .add(Lease.newBuilder().setTask(id).setEpoch(newest).build());
    }
  }

  boolean isLeased() {
    return leased;
  }

  boolean isEnded() {
    return ended;
  }

  boolean isCompleted() {
    return completed;
  }

  boolean wasCompletedUnder(Lease lease) {
    return completedUnder.contains(lease);
  }

  boolean wasCommitted(Lease lease, String key) {
    return committed.contains(List.of(lease, key));
  }

  @Nullable Epoch newest() {
    return newest;
  }

  /** Who was given this lease; null: nobody. */
  @Nullable String holder(Lease lease) {
    return holders.get(lease.getEpoch());
  }

  List<Checkpoint> kept() {
    return kept;
  }

  long lastSequence() {
    return lastSequence;
  }

  /** What a restore or the publication may read. */
  void addNeeded(Set<String> keys) {
    if (completed) {
      output.forEach(segment -> keys.add(segment.getObject().getKey()));
    } else if (!ended) {
      for (Checkpoint checkpoint : kept) {
        keys.add(checkpoint.getObject().getKey());
        keys.addAll(checkpoint.getReferencesList());
        checkpoint.getSegmentsList().forEach(segment -> keys.add(segment.getObject().getKey()));
      }
    }
  }

  /** Whether a coordinator's state says the same. */
  void compare(TaskEntry entry) {
    long counter = newest == null ? 0 : newest.getCounter();
    must(
        entry.getEpochCounter() == counter,
        "the state knows epoch " + entry.getEpochCounter() + ", the journal " + counter);
    String holder = newest == null || !leased ? "" : String.valueOf(holders.get(newest));
    must(
        entry.getIncarnation().equals(holder),
        "the state has it held by '"
            + entry.getIncarnation()
            + "', the journal by '"
            + holder
            + "'");
    if (id.getKind() == TaskKind.PARTITION && !ended) {
      must(entry.getLastSequence() == lastSequence, "the state lost the last sequence");
      must(entry.getBounds().equals(bounds), "the state has other bounds");
      must(entry.getCheckpointsList().equals(kept), "the state has other checkpoints");
    }
  }

  private void must(boolean holds, String what) {
    Violation.unless(holds, this, what);
  }

  static String text(Lease lease) {
    return text(lease.getTask()) + " under " + Epochs.text(lease.getEpoch());
  }

  static String text(TaskId id) {
    String what =
        switch (id.getKind()) {
          case PLAN -> "planning";
          case PUBLISH -> "publishing";
          default -> "partition " + id.getIndex();
        };
    return id.getJob() + " " + what;
  }

  @Override
  public String toString() {
    return text(id);
  }
}
