package dev.belay.jobs.simulation.check;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The life of one task, as the journal tells it. */
final class TaskAccount {
  final TaskId id;

  /** How many checkpoints of a line. */
  private final int keeps;

  /** Checkpoints that were found unusable, the newest first. */
  private final List<Checkpoint> lost = new ArrayList<>();

  /** All leases it ever had, and whose they were. */
  private final Map<Epoch, String> holders = new LinkedHashMap<>();

  private @Nullable Epoch newest;

  /** Of the lease that is out or was last. */
  private Line line;

  /** Of a lease beside the first, of which the one that completes first wins; null: none. */
  private @Nullable Line second;

  private boolean leased;
  private boolean ended;
  private boolean completed;
  private boolean quarantined;

  /** Whether its next lease, or the one that is out, is for cutting it alone. */
  private boolean toBeCut;

  /** How often what it came of was cut to find what fails; -1: it is not bisected. */
  private int depth = -1;

  private long lastSequence;
  private List<Segment> output = List.of();
  private SplitBounds bounds = SplitBounds.getDefaultInstance();
  private final Set<Lease> completedUnder = new HashSet<>();
  private final Set<Lease> cutUnder = new HashSet<>();
  private final Set<Object> committed = new HashSet<>();
  private final Set<Long> wentBackTo = new HashSet<>();

  TaskAccount(TaskId id, int keeps) {
    this.id = id;
    this.keeps = keeps;
    line = new Line(Epoch.getDefaultInstance(), keeps, List.of(), 0);
  }

  void assigned(Lease lease, String incarnation) {
    must(!leased, "leased to a second holder while the first is current");
    must(!completed, "assigned after it was completed");
    must(!ended, "assigned after it had ended");
    begins(lease.getEpoch(), incarnation);
    leased = true;
    line = new Line(lease.getEpoch(), keeps, line.kept(), lastSequence);
  }

  /** A second attempt begins beside the first, which must be there. */
  void assignedBeside(Lease lease, String incarnation) {
    must(leased && !ended, "a second attempt of what nobody is at");
    must(second == null, "a third attempt at a time");
    begins(lease.getEpoch(), incarnation);
    second = new Line(lease.getEpoch(), keeps, line.kept(), lastSequence);
  }

  private void begins(Epoch epoch, String incarnation) {
    must(
        newest == null || Epochs.ORDER.compare(epoch, newest) > 0,
        "assigned under epoch " + Epochs.text(epoch) + ", which is no higher than before");
    newest = epoch;
    holders.put(epoch, incarnation);
  }

  void started(Lease lease, long resumedFrom) {
    current(lease, "started").started(this, resumedFrom);
  }

  /**
   * A lease ends before its task does; a second one takes the first one's place.
   *
   * @param wanted whether the task is still wanted: if not, both end
   */
  void released(Lease lease, boolean wanted) {
    Line over = current(lease, "released");
    if (over == second) {
      second = null;
    } else if (second != null && wanted) {
      line = second;
      second = null;
    } else {
      second = null;
      leased = false;
    }
  }

  /** Its attempts are used up, and it is to be cut in two. */
  void givenUp(Lease lease, int depth, boolean bisect) {
    must(lineOf(lease) == null && !leased, "bisected while somebody is at it");
    must(bisect, "given up, and not to be cut");
    must(depth == Math.max(0, this.depth), "bisected at depth " + depth);
    this.depth = depth;
    toBeCut = true;
  }

  boolean isToBeCut() {
    return toBeCut;
  }

  boolean isQuarantined() {
    return quarantined;
  }

  void committed(Lease lease, Checkpoint checkpoint) {
    Line on = current(lease, "a checkpoint counted");
    on.committed(this, checkpoint);
    lastSequence = Math.max(lastSequence, on.lastSequence());
    committed.add(List.of(lease, checkpoint.getObject().getKey()));
  }

  Checkpoint quarantined(Lease lease, long sequence) {
    Checkpoint from = current(lease, "fell back").quarantined(this, sequence);
    if (lost.stream().noneMatch(one -> one.getObject().equals(from.getObject()))) {
      lost.add(from);
      lost.sort(Comparator.comparingLong(Checkpoint::getSequence).reversed());
    }
    return from;
  }

  /**
   * What a lease is to begin with: what counts; where that was all found unusable, those again,
   * unless the job would rather begin from the very start.
   */
  List<Checkpoint> toRestore(Line on, boolean restart) {
    return on.kept().isEmpty() && !restart ? lost : on.kept();
  }

  /** Somebody wants it to go on from there. */
  void backTo(long sequence) {
    must(!leased, "goes back while somebody is at it");
    must(!completed, "goes back, and is done");
    line.backTo(this, sequence);
    wentBackTo.add(sequence);
  }

  /** The lease ends with it; what is left is covered by the head alone. */
  void cut(Lease lease, SplitBounds head) {
    current(lease, "cut");
    cutUnder.add(lease);
    nobody();
    covers(head);
    halved();
  }

  /** Another piece of what this one was. */
  void cameOf(TaskAccount whole) {
    depth = whole.depth;
  }

  private void halved() {
    depth += depth < 0 ? 0 : 1;
    toBeCut = false;
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
    line = current(lease, "completed");
    completed = true;
    notBisected();
    output = what.getSegmentsList();
    completedUnder.add(lease);
    ends();
  }

  /** Of planning and publishing. */
  void over(Epoch epoch) {
    must(leased && epoch.equals(line.epoch), "ended by one who does not hold it");
    completed = true;
    ends();
  }

  /** With its job, whatever it was at. */
  void ends() {
    ended = true;
    nobody();
  }

  /** Of publishing, when there is more to be done before it. */
  void givesWay() {
    nobody();
  }

  private void nobody() {
    leased = false;
    second = null;
  }

  /** Given up as it is, with what counts of it kept. */
  void quarantined(Lease lease) {
    Line unused = current(lease, "quarantined");
    ends();
    quarantined = true;
    notBisected();
  }

  private void notBisected() {
    depth = -1;
    toBeCut = false;
  }

  /** What has not completed waits again. */
  void waitsAgain() {
    if (ended) {
      notBisected();
    }
    quarantined = false;
    ended = completed;
  }

  private Line current(Lease lease, String what) {
    must(leased, what + " under " + Epochs.text(lease.getEpoch()) + ", though held by nobody");
    Line found = lineOf(lease);
    if (found == null) {
      throw new Violation(
          this + ": " + what + " under the stale epoch " + Epochs.text(lease.getEpoch()));
    }
    return found;
  }

  // ---- what others ask

  /** What the lease has come to; null: it is not out. */
  @Nullable Line lineOf(Lease lease) {
    if (leased && lease.getEpoch().equals(line.epoch)) {
      return line;
    }
    return second != null && lease.getEpoch().equals(second.epoch) ? second : null;
  }

  /** Adds its leases to those of their holders. */
  void addHeld(Map<String, Set<Lease>> held) {
    if (leased) {
      addHeld(held, line.epoch);
    }
    if (second != null) {
      addHeld(held, second.epoch);
    }
  }

  private void addHeld(Map<String, Set<Lease>> held, Epoch epoch) {
    held.computeIfAbsent(String.valueOf(holders.get(epoch)), i -> new LinkedHashSet<>())
        .add(Lease.newBuilder().setTask(id).setEpoch(epoch).build());
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

  boolean wentBackTo(long sequence) {
    return wentBackTo.contains(sequence);
  }

  @Nullable Epoch newest() {
    return newest;
  }

  /** Who was given this lease; null: nobody. */
  @Nullable String holder(Lease lease) {
    return holders.get(lease.getEpoch());
  }

  List<Checkpoint> kept() {
    return line.kept();
  }

  /**
   * What a restore or the publication may read, or people may look at.
   *
   * @param outlives whether the checkpoint of what is done is kept
   */
  void addNeeded(Set<String> keys, boolean outlives) {
    Line.addNeeded(lost, keys);
    if (completed) {
      if (outlives) {
        keys.addAll(line.newest());
      }
      output.forEach(segment -> keys.add(segment.getObject().getKey()));
    } else {
      line.addNeeded(keys);
      if (second != null) {
        second.addNeeded(keys);
      }
    }
  }

  /** Whether a coordinator's state says the same. */
  void compare(TaskEntry entry) {
    long counter = newest == null ? 0 : newest.getCounter();
    must(
        entry.getEpochCounter() == counter,
        "the state knows epoch " + entry.getEpochCounter() + ", the journal " + counter);
    String holder = leased ? String.valueOf(holders.get(line.epoch)) : "";
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
      must(entry.hasNarrowing() == depth >= 0, "the state does not know that it is bisected");
      must(entry.getNarrowing().getDepth() == Math.max(0, depth), "cut more often than that");
      must(entry.getNarrowing().getBisect() == toBeCut, "cut, or not, against the journal");
      must(entry.getCheckpointsList().equals(line.kept()), "the state has other checkpoints");
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
