package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.core.Lifecycle.Step;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.PartitionSplit;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.TaskId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may not happen over time, whatever single states look like; and which transitions were seen.
 * Knows only events, and what workers were answered.
 */
final class History {
  /** A transition of the lifecycle. */
  record Transition(PartitionState from, Step step) {}

  final Set<Transition> visited = new HashSet<>();
  final JobHistory jobs = new JobHistory();

  private final Map<TaskId, Epoch> epochs = new HashMap<>();

  /** Those that ever had two leases at a time. */
  final Set<TaskId> speculated = new HashSet<>();

  private final Map<TaskId, Long> sequences = new HashMap<>();
  private final Set<TaskId> succeeded = new HashSet<>();
  private final Map<Lease, List<Checkpoint>> committed = new HashMap<>();
  private final Map<String, List<Covered>> covered = new HashMap<>();

  /** How often each job's partitions were cut. */
  final Map<String, Integer> splits = new HashMap<>();

  private final Set<String> everReleased = new HashSet<>();

  /** What happened is lost, but for what is told again now. */
  void forget() {
    epochs.clear();
    speculated.clear();
    sequences.clear();
    succeeded.clear();
    committed.clear();
    covered.clear();
    splits.clear();
    everReleased.clear();
  }

  void before(ClusterState state, Event event) {
    assertThat(Unknown.in(event)).as("a journal with it could not be read: %s", event).isFalse();
    jobs.before(state, event);
    switch (event.getKindCase()) {
      case TASK_ASSIGNED -> {
        assertThat(job(state, event.getTaskAssigned().getLease().getTask().getJob()).givesOut())
            .as("nothing is given out of a job that is paused, stopping or over: %s", event)
            .isTrue();
        assigned(event.getTaskAssigned().getLease());
        visit(state, event.getTaskAssigned().getLease(), Step.ASSIGNED);
      }
      case TASK_STARTED -> visit(state, event.getTaskStarted().getLease(), Step.STARTED);
      case TASK_RELEASED -> {
        boolean yielded = Causes.harmless(event.getTaskReleased().getCause());
        visit(state, event.getTaskReleased().getLease(), yielded ? Step.YIELDED : Step.RELEASED);
      }
      case CHECKPOINT_COMMITTED -> {
        visit(state, event.getCheckpointCommitted().getLease(), Step.CHECKPOINTED);
        committed(
            state,
            event.getCheckpointCommitted().getLease(),
            event.getCheckpointCommitted().getCheckpoint());
      }
      case SPECULATION_STARTED -> {
        Lease lease = event.getSpeculationStarted().getLease();
        assigned(lease);
        speculated.add(lease.getTask());
      }
      case PARTITION_SPLIT -> split(state, event.getPartitionSplit());
      case CHECKPOINT_QUARANTINED ->
          visit(state, event.getCheckpointQuarantined().getLease(), Step.QUARANTINED_CHECKPOINT);
      case PARTITION_COMPLETED -> {
        Lease lease = event.getPartitionCompleted().getLease();
        visit(state, lease, Step.COMPLETED);
        assertThat(succeeded.add(lease.getTask())).as("completed once").isTrue();
        completed(requireNonNull(state.task(lease.getTask())), event.getPartitionCompleted());
      }
      case JOB_PLANNED ->
          visit(job(state, event.getJobPlanned().getJob()).planning, Step.COMPLETED);
      case JOB_SUCCEEDED -> {
        JobRecord job = job(state, event.getJobSucceeded().getJob());
        visit(job.publishing, Step.COMPLETED);
        published(job);
      }
      case JOB_FAILED -> {
        TaskRecord failed = state.task(event.getJobFailed().getTask());
        if (failed != null && failed.ended()) {
          visitEnd(job(state, event.getJobFailed().getJob()), null);
        } else {
          visit(failed, Step.FAILED);
          visitEnd(job(state, event.getJobFailed().getJob()), failed);
        }
      }
      case JOB_CANCELLED -> visitEnd(job(state, event.getJobCancelled().getJob()), null);
      case JOB_STOPPED -> visitEnd(job(state, event.getJobStopped().getJob()), null);
      case JOB_RETRIED -> visitRetry(job(state, event.getJobRetried().getJob()));
      case PARTITION_QUARANTINED ->
          visit(state, event.getPartitionQuarantined().getLease(), Step.QUARANTINED);
      case OBJECTS_RELEASED -> everReleased.addAll(event.getObjectsReleased().getKeysList());
      default -> {}
    }
  }

  /** Leases bind events to their journaled epoch, so nothing of an old one was applied. */
  void after(ClusterState state, Event event) {
    jobs.after(state, event);
    if (event.hasTaskAssigned()) {
      Lease lease = event.getTaskAssigned().getLease();
      TaskRecord task = requireNonNull(state.task(lease.getTask()));
      assertThat(task.heldUnder(lease.getEpoch())).isNotNull();
    }
  }

  private void assigned(Lease lease) {
    Epoch before = epochs.put(lease.getTask(), lease.getEpoch());
    assertThat(before == null || Epochs.ORDER.compare(before, lease.getEpoch()) < 0)
        .as("epochs of %s only grow", lease)
        .isTrue();
    assertThat(succeeded)
        .as("what succeeded is never leased again")
        .doesNotContain(lease.getTask());
  }

  private void split(ClusterState state, PartitionSplit event) {
    visit(state, event.getLease(), Step.SPLIT);
    TaskRecord task = requireNonNull(state.task(event.getLease().getTask()));
    splits.merge(task.job.id, 1, Integer::sum);
    Covered whole = Covered.of(task);
    assertThat(List.of(Covered.of(event.getHead()), Covered.of(event.getTail())))
        .as("both pieces of what the partition covered")
        .containsExactly(whole.head(), whole.tail());
    if (event.hasCheckpoint()) {
      committed(state, event.getLease(), event.getCheckpoint());
    }
  }

  /** Whoever completes has worked through what the journal says, no more and no less. */
  private void completed(TaskRecord task, PartitionCompleted event) {
    Covered worked = Covered.of(event.getResult());
    if (worked != null) {
      assertThat(worked).isEqualTo(Covered.of(task));
      covered.computeIfAbsent(task.job.id, id -> new ArrayList<>()).add(worked);
    }
  }

  private void published(JobRecord job) {
    List<Covered> pieces = new ArrayList<>(covered.getOrDefault(job.id, List.of()));
    for (TaskRecord task : job.partitions) {
      if (task.state == PartitionState.PARTITION_QUARANTINED) {
        pieces.add(Covered.of(task));
      }
    }
    if (pieces.size() == job.partitions.length) {
      long end = Covered.PLANNED * (job.partitions.length - splits.getOrDefault(job.id, 0));
      assertThat(Covered.tile(pieces, end)).as("all of it, and nothing twice: %s", pieces).isTrue();
    }
  }

  private void committed(ClusterState state, Lease lease, Checkpoint checkpoint) {
    TaskRecord task = requireNonNull(state.task(lease.getTask()));
    Hold hold = requireNonNull(task.heldUnder(lease.getEpoch()), "of a lease that is out");
    assertThat(checkpoint.getSequence()).as("without a gap").isEqualTo(hold.lastSequence + 1);
    if (task.second == null) {
      Long before = sequences.put(lease.getTask(), checkpoint.getSequence());
      boolean alone = speculated.stream().noneMatch(lease.getTask()::equals);
      assertThat(!alone || checkpoint.getSequence() == (before == null ? 1 : before + 1)).isTrue();
    }
    assertThat(checkpoint.getEpoch()).isEqualTo(lease.getEpoch());
    assertThat(everReleased).doesNotContain(checkpoint.getObject().getKey());
    assertThat(everReleased).doesNotContainAnyElementsOf(checkpoint.getReferencesList());
    committed.computeIfAbsent(lease, l -> new ArrayList<>()).add(checkpoint);
  }

  /** An acknowledged checkpoint is one that the journal names. */
  boolean isCommitted(Lease lease, Checkpoint checkpoint) {
    return committed.getOrDefault(lease, List.of()).stream()
        .anyMatch(
            one ->
                one.getSequence() == checkpoint.getSequence()
                    && one.getObject().equals(checkpoint.getObject()));
  }

  boolean hasSucceeded(TaskId task) {
    return succeeded.contains(task);
  }

  /** Only released objects are deleted, and nothing that a restore may need. */
  void deleted(ClusterState state, Effect.Delete deletion) {
    JobRecord job = job(state, deletion.job());
    assertThat(deletion.prefix()).isEqualTo(state.cluster + "/" + job.id);
    if (deletion.all()) {
      assertThat(job.releasedAll && job.ended()).isTrue();
      return;
    }
    assertThat(everReleased).containsAll(deletion.keys());
    assertThat(deletion.keys()).allMatch(key -> key.startsWith(deletion.prefix() + "/"));
    for (TaskRecord task : job.partitions) {
      if (task.state != PartitionState.PARTITION_SUCCEEDED) {
        task.checkpoints.forEach(
            kept -> assertThat(deletion.keys()).doesNotContain(kept.getObject().getKey()));
      }
    }
  }

  private void visitRetry(JobRecord job) {
    assertThat(job.objectsGone).as("what goes on has its objects").isFalse();
    for (TaskRecord task : all(job)) {
      if (task.ended() && task.state != PartitionState.PARTITION_SUCCEEDED) {
        visit(task, Step.RETRIED);
      }
    }
    if (job.publishing.leased()) {
      visit(job.publishing, Step.YIELDED);
    }
  }

  private static List<TaskRecord> all(JobRecord job) {
    List<TaskRecord> all = new ArrayList<>(List.of(job.partitions));
    all.add(job.planning);
    all.add(job.publishing);
    return all;
  }

  private void visitEnd(JobRecord job, @Nullable TaskRecord failed) {
    for (TaskRecord task : all(job)) {
      if (task != failed && !task.ended()) {
        visit(task, Step.CANCELLED);
      }
    }
  }

  private void visit(ClusterState state, Lease lease, Step step) {
    visit(state.task(lease.getTask()), step);
  }

  private void visit(@Nullable TaskRecord task, Step step) {
    if (task != null) {
      visited.add(new Transition(task.state, step));
    }
  }

  private static JobRecord job(ClusterState state, String id) {
    return requireNonNull(state.job(id));
  }
}
