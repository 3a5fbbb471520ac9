package dev.belay.jobs.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskId;
import java.util.ArrayDeque;
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
  private final Deque<Checkpoint> kept = new ArrayDeque<>();
  private final Set<String> segments = new HashSet<>();
  private @Nullable Epoch lease;
  private Epoch newest = Epoch.getDefaultInstance();
  private long sequence;
  private boolean completed;

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
    assertThat(lease).as("one live lease at a time").isNull();
    assertThat(isAbove(epoch, newest)).as("epochs only grow: %s after %s", epoch, newest).isTrue();
    lease = epoch;
    newest = epoch;
  }

  /** Anything that only the holder can bring about. */
  void holds(Epoch epoch) {
    assertThat(lease).as("the current lease").isEqualTo(epoch);
  }

  void ended(Epoch epoch) {
    holds(epoch);
    lease = null;
  }

  /** Whoever held it: its job is over. */
  void cancelled() {
    lease = null;
  }

  void committed(Epoch epoch, Checkpoint checkpoint) {
    holds(epoch);
    assertThat(checkpoint.getEpoch()).as("a checkpoint of this lease").isEqualTo(epoch);
    assertThat(checkpoint.getSequence())
        .as("checkpoint sequences only grow")
        .isGreaterThan(sequence);
    Checkpoint last = kept.peekFirst();
    assertThat(checkpoint.getProgress().getDone())
        .as("committed progress never goes back")
        .isGreaterThanOrEqualTo(last == null ? 0 : last.getProgress().getDone());
    sequence = checkpoint.getSequence();
    kept.addFirst(checkpoint);
    if (kept.size() > KEPT) {
      kept.removeLast();
    }
  }

  void quarantined(Epoch epoch, long bad) {
    holds(epoch);
    assertThat(kept.removeIf(one -> one.getSequence() == bad)).as("a checkpoint it has").isTrue();
  }

  void completed(Epoch epoch, List<Segment> output) {
    assertThat(completed).as("completed once").isFalse();
    ended(epoch);
    completed = true;
    output.forEach(one -> segments.add(one.getObject().getKey()));
    Checkpoint last = kept.peekFirst();
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
    Checkpoint last = kept.peekFirst();
    if (last != null && !completed) {
      keys.add(last.getObject().getKey());
      keys.addAll(last.getReferencesList());
      last.getSegmentsList().forEach(one -> keys.add(one.getObject().getKey()));
    }
    return keys;
  }

  /** Whether a snapshot made after all that was told says the same. */
  void matches(TaskEntry entry) {
    assertThat(entry.getEpochCounter()).as("epoch in the snapshot").isEqualTo(newest.getCounter());
    assertThat(entry.getLastSequence()).as("last sequence in the snapshot").isEqualTo(sequence);
    assertThat(!entry.getWorker().isEmpty()).as("held in the snapshot").isEqualTo(lease != null);
  }

  @Override
  public String toString() {
    return task.getJob() + " " + task.getKind() + " " + task.getIndex();
  }
}
