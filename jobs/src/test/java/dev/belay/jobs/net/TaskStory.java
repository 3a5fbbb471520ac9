package dev.belay.jobs.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One task's life as the journal tells it, with the rules that no life may break. */
final class TaskStory {
  /** As many as the coordinator says it keeps. */
  private static final int KEPT = 3;

  private final TaskId task;
  private final Set<String> segments = new HashSet<>();

  /** Of the lease that is out, or was last. */
  private Line line = new Line(Epoch.getDefaultInstance(), List.of(), 0);

  /** Of a lease beside the first, of which the one that completes first wins; null: none. */
  private @Nullable Line second;

  private boolean leased;
  private Epoch newest = Epoch.getDefaultInstance();
  private long sequence;
  private boolean completed;

  /** A lease, and the checkpoints that it goes on from. */
  private static final class Line {
    final Epoch epoch;
    final Deque<Checkpoint> kept;
    long sequence;

    Line(Epoch epoch, Collection<Checkpoint> kept, long sequence) {
      this.epoch = epoch;
      this.kept = new ArrayDeque<>(kept);
      this.sequence = sequence;
    }

    /** What a restore may have to read. */
    void addNeeded(Set<String> keys) {
      Checkpoint last = kept.peekFirst();
      if (last != null) {
        keys.add(last.getObject().getKey());
        keys.addAll(last.getReferencesList());
        last.getSegmentsList().forEach(one -> keys.add(one.getObject().getKey()));
      }
    }
  }

  TaskStory(TaskId task) {
    this.task = task;
  }

  private static boolean isAbove(Epoch one, Epoch other) {
    return one.getGeneration() != other.getGeneration()
        ? one.getGeneration() > other.getGeneration()
        : one.getCounter() > other.getCounter();
  }

  boolean completed() {
    return completed;
  }

  void assigned(Epoch epoch) {
    assertThat(completed).as("a completed task is never assigned again").isFalse();
    assertThat(leased).as("one live lease at a time").isFalse();
    line = begins(epoch);
    leased = true;
  }

  /** A second attempt begins beside the first. */
  void assignedBeside(Epoch epoch) {
    assertThat(leased).as("there is a first").isTrue();
    assertThat(second).as("two attempts at a time at most").isNull();
    second = begins(epoch);
  }

  private Line begins(Epoch epoch) {
    assertThat(isAbove(epoch, newest)).as("epochs only grow: %s after %s", epoch, newest).isTrue();
    newest = epoch;
    return new Line(epoch, line.kept, sequence);
  }

  /** Anything that only a holder can bring about. */
  void holds(Epoch epoch) {
    var unused = heldUnder(epoch);
  }

  private Line heldUnder(Epoch epoch) {
    Line other = second;
    if (other != null && other.epoch.equals(epoch)) {
      return other;
    }
    assertThat(leased ? line.epoch : null).as("the current lease").isEqualTo(epoch);
    return line;
  }

  /** The lease ends, and whatever else is out. */
  void ended(Epoch epoch) {
    holds(epoch);
    cancelled();
  }

  /**
   * The lease ends before the task does; of two leases the other one goes on.
   *
   * @param wanted whether the task is still wanted
   */
  void released(Epoch epoch, boolean wanted) {
    Line over = heldUnder(epoch);
    Line other = second;
    second = null;
    if (over == line && other != null && wanted) {
      line = other;
    } else if (over == line) {
      leased = false;
    }
  }

  /** Whoever held it: its job is over. */
  void cancelled() {
    leased = false;
    second = null;
  }

  void committed(Epoch epoch, Checkpoint checkpoint) {
    Line on = heldUnder(epoch);
    assertThat(checkpoint.getEpoch()).as("a checkpoint of this lease").isEqualTo(epoch);
    assertThat(checkpoint.getSequence())
        .as("checkpoint sequences only grow")
        .isGreaterThan(on.sequence);
    Checkpoint last = on.kept.peekFirst();
    assertThat(checkpoint.getProgress().getDone())
        .as("committed progress never goes back")
        .isGreaterThanOrEqualTo(last == null ? 0 : last.getProgress().getDone());
    on.sequence = checkpoint.getSequence();
    sequence = Math.max(sequence, on.sequence);
    on.kept.addFirst(checkpoint);
    if (on.kept.size() > KEPT) {
      on.kept.removeLast();
    }
  }

  void quarantined(Epoch epoch, long bad) {
    assertThat(heldUnder(epoch).kept.removeIf(one -> one.getSequence() == bad))
        .as("a checkpoint it has")
        .isTrue();
  }

  /** Somebody wants it to go on from there. */
  void backTo(long wanted) {
    assertThat(leased || completed).as("nobody is at it").isFalse();
    line.kept.removeIf(one -> one.getSequence() > wanted);
    assertThat(line.kept.peekFirst()).as("there is such a checkpoint").isNotNull();
    assertThat(line.kept.getFirst().getSequence()).isEqualTo(wanted);
  }

  void completed(Epoch epoch, List<Segment> output) {
    assertThat(completed).as("completed once").isFalse();
    line = heldUnder(epoch);
    cancelled();
    completed = true;
    output.forEach(one -> segments.add(one.getObject().getKey()));
    Checkpoint last = line.kept.peekFirst();
    if (last != null) {
      assertThat(segments)
          .as("the output of a completion includes that of the checkpoint it came from")
          .containsAll(
              last.getSegmentsList().stream()
                  .map(one -> one.getObject().getKey())
                  .collect(Collectors.toSet()));
    }
  }

  /** What a restore or a publication may have to read. */
  Set<String> needed() {
    Set<String> keys = new HashSet<>(segments);
    if (!completed) {
      line.addNeeded(keys);
      if (second != null) {
        second.addNeeded(keys);
      }
    }
    return keys;
  }

  /** Whether a snapshot made after all that was told says the same. */
  void matches(TaskEntry entry) {
    assertThat(entry.getEpochCounter()).as("epoch in the snapshot").isEqualTo(newest.getCounter());
    assertThat(entry.getLastSequence()).as("last sequence in the snapshot").isEqualTo(sequence);
    assertThat(!entry.getWorker().isEmpty()).as("held in the snapshot").isEqualTo(leased);
  }

  @Override
  public String toString() {
    return task.getJob() + " " + task.getKind() + " " + task.getIndex();
  }
}
