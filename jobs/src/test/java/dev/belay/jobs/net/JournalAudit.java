package dev.belay.jobs.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.PartitionSplit;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads a journal as a stranger would and holds it to what Belay promises. Shares no code with the
 * coordinator's core: what both had wrong in the same way would go unnoticed.
 *
 * <p>Fed each time the coordinator is gone, since a journal forgets what its snapshots cover.
 */
final class JournalAudit {
  private final Map<TaskId, TaskStory> tasks = new LinkedHashMap<>();
  private final Map<String, JobState> ended = new LinkedHashMap<>();
  private final Set<String> submitted = new HashSet<>();
  private final Map<String, Integer> partitions = new LinkedHashMap<>();
  private final Set<String> prepared = new HashSet<>();

  /** Jobs of which nothing is given out: paused or stopping. */
  private final Set<String> held = new HashSet<>();

  /** Partitions in quarantine. */
  private final Set<TaskId> poisoned = new HashSet<>();

  private final Set<String> released = new HashSet<>();
  private final Map<Event.KindCase, Integer> kinds = new LinkedHashMap<>();
  private long sequence;
  private long generation;

  /** Takes what is new in it. */
  void add(JournalFiles.Content content) {
    if (isNew(content.snapshot)) {
      content.snapshot.forEach(this::matches);
    }
    for (JournalRecord record : content.records) {
      if (record.getSequence() > sequence) {
        add(record);
      }
    }
  }

  private void add(JournalRecord record) {
    assertThat(record.getSequence()).as("records without a gap").isEqualTo(sequence + 1);
    assertThat(record.getJournalGeneration())
        .as("journal generations")
        .isGreaterThanOrEqualTo(generation);
    sequence = record.getSequence();
    generation = record.getJournalGeneration();
    for (Event event : record.getEventsList()) {
      kinds.merge(event.getKindCase(), 1, Integer::sum);
      try {
        add(event);
      } catch (AssertionError e) {
        throw new AssertionError("record " + sequence + ": " + event, e);
      }
    }
  }

  private void add(Event event) {
    switch (event.getKindCase()) {
      case CLUSTER_FOUNDED -> assertThat(sequence).as("founded first").isEqualTo(1);
      case JOB_SUBMITTED ->
          assertThat(submitted.add(event.getJobSubmitted().getJob())).as("a new id").isTrue();
      case JOB_PLANNED -> {
        String job = event.getJobPlanned().getJob();
        story(job, TaskKind.PLAN).completed(event.getJobPlanned().getEpoch(), List.of());
        partitions.put(job, event.getJobPlanned().getSplits());
      }
      case PUBLISH_PREPARED -> {
        String job = event.getPublishPrepared().getJob();
        story(job, TaskKind.PUBLISH).holds(event.getPublishPrepared().getEpoch());
        assertThat(prepared.add(job)).as("published once").isTrue();
      }
      case JOB_SUCCEEDED -> succeeded(event.getJobSucceeded().getJob());
      case JOB_FAILED -> end(event.getJobFailed().getJob(), JobState.JOB_FAILED);
      case JOB_CANCELLED -> end(event.getJobCancelled().getJob(), JobState.JOB_CANCELLED);
      case TASK_ASSIGNED -> {
        Lease lease = event.getTaskAssigned().getLease();
        givenOut(lease);
        story(lease).assigned(lease.getEpoch());
      }
      case SPECULATION_STARTED -> {
        Lease lease = event.getSpeculationStarted().getLease();
        givenOut(lease);
        story(lease).assignedBeside(lease.getEpoch());
      }
      case TASK_STARTED -> {
        Lease lease = event.getTaskStarted().getLease();
        story(lease).holds(lease.getEpoch());
      }
      case TASK_RELEASED -> {
        Lease lease = event.getTaskReleased().getLease();
        boolean wanted =
            switch (event.getTaskReleased().getCause()) {
              case PAUSED, STOPPED, PREEMPTED, RESTORED -> false;
              default -> true;
            };
        story(lease).released(lease.getEpoch(), wanted);
      }
      case CHECKPOINT_COMMITTED -> committed(event.getCheckpointCommitted());
      case CHECKPOINT_QUARANTINED -> {
        Lease lease = event.getCheckpointQuarantined().getLease();
        story(lease).quarantined(lease.getEpoch(), event.getCheckpointQuarantined().getSequence());
      }
      case CHECKPOINT_RESTORED ->
          story(event.getCheckpointRestored().getTask())
              .backTo(event.getCheckpointRestored().getSequence());
      case PARTITION_COMPLETED -> completed(event.getPartitionCompleted());
      case PARTITION_SPLIT -> split(event.getPartitionSplit());
      case OBJECTS_RELEASED -> released(event.getObjectsReleased());
      case OBJECTS_DELETED ->
          assertThat(released)
              .as("only what was released is deleted")
              .containsAll(event.getObjectsDeleted().getKeysList());
      case JOB_PAUSED -> goesOn(event.getJobPaused().getJob(), held::add);
      case JOB_RESUMED -> goesOn(event.getJobResumed().getJob(), held::remove);
      case JOB_STOPPING -> goesOn(event.getJobStopping().getJob(), held::add);
      case JOB_STOPPED -> end(event.getJobStopped().getJob(), JobState.JOB_STOPPED);
      case JOB_RETRIED -> retried(event.getJobRetried().getJob());
      case PARTITION_QUARANTINED -> {
        Lease lease = event.getPartitionQuarantined().getLease();
        story(lease).ended(lease.getEpoch());
        poisoned.add(lease.getTask());
      }
      case KIND_NOT_SET -> throw new AssertionError("an event of no kind that is known");
    }
  }

  private void givenOut(Lease lease) {
    assertThat(ended).as("nothing of a job that has ended").doesNotContainKey(job(lease));
    assertThat(held).as("nothing of a job that is paused or stops").doesNotContain(job(lease));
    assertThat(poisoned).as("nothing that is in quarantine").doesNotContain(lease.getTask());
  }

  private void goesOn(String job, Consumer<String> how) {
    assertThat(ended).as("a job that has not ended").doesNotContainKey(job);
    assertThat(prepared).as("not while it is published").doesNotContain(job);
    how.accept(job);
  }

  /** What has not completed waits again; whoever publishes has too short a list. */
  private void retried(String job) {
    assertThat(ended.get(job)).as("a success is final").isNotEqualTo(JobState.JOB_SUCCEEDED);
    boolean paused = held.contains(job) && !ended.containsKey(job);
    ended.remove(job);
    prepared.remove(job);
    poisoned.removeIf(task -> task.getJob().equals(job));
    if (!paused) {
      held.remove(job);
    }
    if (!allThrough(job)) {
      story(job, TaskKind.PUBLISH).cancelled();
    }
  }

  private boolean allThrough(String job) {
    return partitions(job).allMatch(task -> poisoned.contains(task) || story(task).completed());
  }

  private Stream<TaskId> partitions(String job) {
    return IntStream.range(0, partitions.getOrDefault(job, 0))
        .mapToObj(
            index ->
                TaskId.newBuilder()
                    .setJob(job)
                    .setKind(TaskKind.PARTITION)
                    .setIndex(index)
                    .build());
  }

  private static String job(Lease lease) {
    return lease.getTask().getJob();
  }

  private TaskStory story(Lease lease) {
    return story(lease.getTask());
  }

  private TaskStory story(String job, TaskKind kind) {
    return story(TaskId.newBuilder().setJob(job).setKind(kind).build());
  }

  private TaskStory story(TaskId task) {
    assertThat(submitted).contains(task.getJob());
    if (task.getKind() == TaskKind.PARTITION) {
      assertThat(task.getIndex()).isLessThan(partitions.getOrDefault(task.getJob(), 0));
    }
    return tasks.computeIfAbsent(task, TaskStory::new);
  }

  private void committed(CheckpointCommitted event) {
    assertThat(released)
        .as("a released object is never referenced again")
        .doesNotContainAnyElementsOf(event.getCheckpoint().getReferencesList())
        .doesNotContain(event.getCheckpoint().getObject().getKey());
    event
        .getCheckpoint()
        .getSegmentsList()
        .forEach(one -> assertThat(released).doesNotContain(one.getObject().getKey()));
    story(event.getLease()).committed(event.getLease().getEpoch(), event.getCheckpoint());
  }

  private void completed(PartitionCompleted event) {
    event
        .getSegmentsList()
        .forEach(one -> assertThat(released).doesNotContain(one.getObject().getKey()));
    story(event.getLease()).completed(event.getLease().getEpoch(), event.getSegmentsList());
  }

  private void split(PartitionSplit event) {
    Lease lease = event.getLease();
    if (event.hasCheckpoint()) {
      committed(
          CheckpointCommitted.newBuilder()
              .setLease(lease)
              .setCheckpoint(event.getCheckpoint())
              .build());
    }
    story(lease).ended(lease.getEpoch());
    int before = partitions.getOrDefault(job(lease), 0);
    assertThat(event.getTailIndex()).as("the tail is one partition more").isEqualTo(before);
    assertThat(event.getHead()).as("the bounds of the halves").isNotEqualTo(event.getTail());
    partitions.put(job(lease), before + 1);
  }

  private void released(ObjectsReleased event) {
    if (event.getAll()) {
      assertThat(ended)
          .as("everything of a job is released at its end")
          .containsKey(event.getJob());
    }
    if (!ended.containsKey(event.getJob())) {
      Set<String> needed = new HashSet<>();
      tasks.forEach(
          (task, story) -> {
            if (task.getJob().equals(event.getJob())) {
              needed.addAll(story.needed());
            }
          });
      assertThat(needed)
          .as("what is still needed is not released")
          .doesNotContainAnyElementsOf(event.getKeysList());
    }
    released.addAll(event.getKeysList());
  }

  private void succeeded(String job) {
    assertThat(prepared).as("prepared before it succeeded").contains(job);
    partitions(job)
        .filter(task -> !poisoned.contains(task))
        .forEach(
            task ->
                assertThat(story(task).completed())
                    .as("%s at its job's success", story(task))
                    .isTrue());
    end(job, JobState.JOB_SUCCEEDED);
  }

  private void end(String job, JobState how) {
    assertThat(ended.put(job, how)).as("a job ends once").isNull();
    tasks.forEach(
        (task, story) -> {
          if (task.getJob().equals(job)) {
            story.cancelled();
          }
        });
  }

  /** A coordinator that died while it started has left the one that its predecessor began with. */
  private boolean isNew(List<SnapshotEntry> snapshot) {
    return snapshot.stream()
        .filter(SnapshotEntry::hasHeader)
        .allMatch(entry -> entry.getHeader().getJournalGeneration() > generation);
  }

  /** A snapshot is made at a start: it must say what the journal before it said. */
  private void matches(SnapshotEntry entry) {
    if (entry.hasHeader() && entry.getHeader().getSequence() != sequence) {
      throw new AssertionError(
          "a snapshot of record "
              + entry.getHeader().getSequence()
              + ", but read up to "
              + sequence);
    }
    if (entry.hasTask()) {
      TaskStory story = tasks.get(entry.getTask().getTask());
      if (story != null) {
        story.matches(entry.getTask());
      }
    }
    if (entry.hasJob()) {
      assertThat(submitted).as("jobs in the snapshot").contains(entry.getJob().getJob());
      JobState end = ended.get(entry.getJob().getJob());
      assertThat(end == null || end == entry.getJob().getState()).as("its end").isTrue();
    }
  }

  JobState end(String job) {
    return Objects.requireNonNullElse(ended.get(job), JobState.JOB_STATE_UNSPECIFIED);
  }

  /** How many of each kind, for people. */
  String summary() {
    return sequence + " records " + kinds;
  }
}
