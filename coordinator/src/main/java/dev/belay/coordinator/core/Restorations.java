package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointRestored;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.RestoreCheckpointReply;
import dev.belay.runtime.proto.RestoreCheckpointRequest;
import dev.belay.runtime.proto.TaskReleased;
import dev.belay.runtime.text.Age;
import dev.belay.runtime.time.Now;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a partition to go on from one of its checkpoints: what came after it is dropped.
 * Who is at it has to stop at once, since whatever it would still save is not wanted.
 */
final class Restorations {
  private final JobNames names;
  private final Garbage garbage;

  Restorations(ClusterState state, JobNames names) {
    this.names = names;
    garbage = new Garbage(state);
  }

  Decision restore(Command command, RestoreCheckpointRequest request, Now now) {
    JobNames.Found found = names.find(request.getJob());
    JobRecord job = found.job();
    if (job == null) {
      return Decision.of(found.refusal(command.getRequest()));
    }
    String settled = unmovable(job);
    if (settled != null) {
      return refused(command, Reason.PRECONDITION, job.id + ": " + settled);
    }
    if (Integer.compareUnsigned(request.getPartition(), job.partitions.length) >= 0) {
      return refused(command, Reason.NOT_FOUND, none(job, request.getPartition()));
    }
    TaskRecord task = job.partitions[request.getPartition()];
    String where = task.text() + " of " + job.id;
    if (task.state == PartitionState.PARTITION_SUCCEEDED) {
      return refused(
          command, Reason.PRECONDITION, where + " has succeeded: what is done is not done again");
    }
    Checkpoint wanted = kept(task, request.getSequence());
    if (wanted == null) {
      return refused(command, Reason.NOT_FOUND, where + " " + none(task, request.getSequence()));
    }
    if (Long.compareUnsigned(request.getMaxCheckpointAgeMillis(), Retention.MOST_MILLIS) > 0) {
      return refused(command, Reason.INVALID, "the age of a checkpoint is at most ten years");
    }
    long most =
        request.hasMaxCheckpointAgeMillis()
            ? request.getMaxCheckpointAgeMillis()
            : job.spoken().getMaxCheckpointAgeMillis();
    long age = now.wallMillis() - wanted.getCreatedMillis();
    if (most != 0 && age > most) {
      return refused(command, Reason.PRECONDITION, tooOld(task, wanted, age, most));
    }
    return restore(command, task, request, now);
  }

  private Decision restore(
      Command command, TaskRecord task, RestoreCheckpointRequest request, Now now) {
    long sequence = request.getSequence();
    Decision.Draft draft = new Decision.Draft(now.wallMillis());
    List<Checkpoint> dropped = newer(task, sequence);
    RestoreCheckpointReply.Builder reply =
        RestoreCheckpointReply.newBuilder()
            .setJobId(task.job.id)
            .setDropped(dropped.size())
            .setState(task.state);
    Hold hold = task.hold;
    if (hold != null) {
      reply.setWorker(hold.worker).setState(PartitionState.PARTITION_PENDING);
      draft.add(
          draft
              .event()
              .setTaskReleased(
                  TaskReleased.newBuilder()
                      .setLease(hold.lease())
                      .setCause(Cause.RESTORED)
                      .setRevoked(true)
                      .setMessage("it goes on from checkpoint " + sequence + ", as was asked")));
    }
    CheckpointRestored.Builder restored =
        CheckpointRestored.newBuilder().setTask(task.id()).setSequence(sequence);
    if (request.hasMaxCheckpointAgeMillis()) {
      restored.setMaxCheckpointAgeMillis(request.getMaxCheckpointAgeMillis());
    }
    if (hold != null || !dropped.isEmpty() || restored.hasMaxCheckpointAgeMillis()) {
      draft.add(draft.event().setCheckpointRestored(restored));
    }
    garbage.release(draft, task.job, neededBy(task, dropped));
    return draft.then(new Effect.Reply(command.getRequest(), reply.build())).done();
  }

  /** What only those that are dropped need. */
  private static List<String> neededBy(TaskRecord task, List<Checkpoint> dropped) {
    Set<String> keys = CheckpointRules.references(dropped);
    keys.removeAll(
        CheckpointRules.references(
            task.checkpoints.subList(dropped.size(), task.checkpoints.size())));
    keys.removeAll(CheckpointRules.quarantined(task));
    return new ArrayList<>(keys);
  }

  private static List<Checkpoint> newer(TaskRecord task, long sequence) {
    return task.checkpoints.stream().filter(one -> one.getSequence() > sequence).toList();
  }

  private static @Nullable Checkpoint kept(TaskRecord task, long sequence) {
    return task.checkpoints.stream()
        .filter(one -> one.getSequence() == sequence)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable String unmovable(JobRecord job) {
    if (job.objectsGone) {
      return removed(job);
    }
    if (job.state == JobState.JOB_SUCCEEDED) {
      return "has succeeded and is published";
    }
    return job.manifest != null && !job.ended() ? "has begun to publish its output" : null;
  }

  private static String tooOld(TaskRecord task, Checkpoint wanted, long age, long most) {
    return "%s of %s: checkpoint %s is %s old, and --max-checkpoint-age is %s: add"
            .formatted(
                task.text(),
                task.job.id,
                Long.toUnsignedString(wanted.getSequence()),
                Age.of(age),
                Age.of(most))
        + " '--max-checkpoint-age any' to go on from it all the same";
  }

  private static String none(JobRecord job, int index) {
    return job.partitions.length == 0
        ? job.id + " is not cut into partitions yet"
        : "%s has no partition %s, but 0 to %d"
            .formatted(job.id, Integer.toUnsignedString(index), job.partitions.length - 1);
  }

  private static String none(TaskRecord task, long sequence) {
    String wanted = Long.toUnsignedString(sequence);
    for (QuarantinedCheckpoint bad : task.quarantined) {
      if (bad.getSequence() == sequence) {
        return "cannot go on from checkpoint %s, which is unusable: %s"
            .formatted(wanted, bad.getMessage());
      }
    }
    String others =
        task.checkpoints.stream()
            .map(one -> Long.toUnsignedString(one.getSequence()))
            .collect(Collectors.joining(", "));
    String text = "has no checkpoint " + wanted;
    if (others.isEmpty()) {
      return text + ", nor any other";
    }
    return text
        + ": it keeps "
        + others
        + (task.job.state == JobState.JOB_RUNNING
            ? ", and as the job runs newer ones: 'belay pause %s' first".formatted(task.job.id)
            : "");
  }

  /** Why a job without its objects does not go on, and what can be done. */
  static String removed(JobRecord job) {
    String when =
        job.objectsGoneMillis == 0
            ? ""
            : " at " + Instant.ofEpochMilli(job.objectsGoneMillis).truncatedTo(ChronoUnit.SECONDS);
    return "its checkpoints were removed%s: 'belay restart %s --from-scratch' does it again"
        .formatted(when, job.id);
  }

  private static Decision refused(Command command, Reason reason, String why) {
    return Decision.of(new Effect.Refuse(command.getRequest(), reason, why));
  }
}
