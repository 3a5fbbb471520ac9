package dev.belay.coordinator.core;

import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.TaskEntry;
import java.util.List;

/** How a task is written to a snapshot, and read back. */
final class TaskEntries {
  private TaskEntries() {}

  static TaskEntry toEntry(TaskRecord task) {
    TaskEntry.Builder entry =
        TaskEntry.newBuilder()
            .setTask(task.id())
            .setState(task.state)
            .setEpochCounter(task.epochCounter)
            .setAttempts(task.attempts)
            .setErrorsWithoutProgress(task.errorsWithoutProgress)
            .setLossesWithoutProgress(task.lossesWithoutProgress)
            .setLastSequence(task.lastSequence)
            .addAllCheckpoints(task.checkpoints)
            .addAllQuarantined(task.quarantined)
            .addAllSegments(task.segments)
            .setProgress(task.progress)
            .setError(task.error)
            .setNotBeforeMillis(task.notBeforeMillis)
            .setReleasedMillis(task.releasedMillis)
            .addAllEndings(CauseCounts.toProto(task.endings))
            .setLastHolder(task.lastHolder)
            .setHeldLast(task.heldLast);
    if (task.poison != null) {
      entry.setDetail(task.poison.detail()).addAllLog(task.poison.log());
    }
    if (task.hold != null) {
      entry
          .setWorker(task.hold.worker)
          .setIncarnation(task.hold.incarnation)
          .setStarted(task.hold.started);
      if (task.hold.lastSequence != task.lastSequence) {
        entry.setLineSequence(task.hold.lastSequence);
      }
    }
    if (task.lineCounter != task.epochCounter) {
      entry.setLineCounter(task.lineCounter);
    }
    if (task.second != null) {
      entry.setSecond(task.second.toSecond());
    }
    Result own = task.result();
    if (own != null) {
      entry.setResult(own);
    }
    if (task.weight == (int) task.weight) {
      entry.setWeight((int) task.weight);
    } else {
      entry.setExactWeight(task.weight);
    }
    if (task.bounds != null) {
      entry.setBounds(task.bounds);
    }
    if (task.staysOn != null) {
      entry.setStaysOn(task.staysOn);
    }
    if (task.splitFrom >= 0) {
      entry.setSplitFrom(task.splitFrom);
    }
    if (task.failedOn != null) {
      entry.setFailedOn(task.failedOn);
    }
    Narrowing narrowing = task.narrowing();
    if (narrowing != null) {
      entry.setNarrowing(narrowing.toProto());
    }
    if (task.cutUnder != 0) {
      entry.setCutUnder(task.cutUnder);
    }
    entry.setClosedCounter(task.closed);
    return entry.build();
  }

  static TaskRecord fromEntry(JobRecord job, TaskEntry entry) {
    TaskRecord task =
        new TaskRecord(job, entry.getTask().getKind(), entry.getTask().getIndex(), weight(entry));
    task.bounds = entry.hasBounds() ? entry.getBounds() : null;
    task.staysOn = entry.getStaysOn().isEmpty() ? null : entry.getStaysOn();
    task.splitFrom = entry.hasSplitFrom() ? entry.getSplitFrom() : -1;
    task.state = entry.getState();
    task.epochCounter = entry.getEpochCounter();
    task.lineCounter =
        entry.getLineCounter() == 0 ? entry.getEpochCounter() : entry.getLineCounter();
    task.second = entry.hasSecond() ? Hold.fromSecond(task, entry.getSecond()) : null;
    task.attempts = entry.getAttempts();
    task.errorsWithoutProgress = entry.getErrorsWithoutProgress();
    task.lossesWithoutProgress = entry.getLossesWithoutProgress();
    task.lastSequence = entry.getLastSequence();
    task.checkpoints = List.copyOf(entry.getCheckpointsList());
    task.quarantined = List.copyOf(entry.getQuarantinedList());
    task.segments = List.copyOf(entry.getSegmentsList());
    task.progress = TaskRecord.shared(entry.getProgress());
    task.error = entry.getError();
    task.notBeforeMillis = entry.getNotBeforeMillis();
    task.releasedMillis = entry.getReleasedMillis();
    if (!entry.getIncarnation().isEmpty()) {
      task.hold = new Hold(task, task.lineCounter, entry.getWorker(), entry.getIncarnation());
      task.hold.started = entry.getStarted();
      task.hold.lastSequence =
          entry.hasLineSequence() ? entry.getLineSequence() : task.lastSequence;
    }
    task.setResult(entry.hasResult() ? entry.getResult() : null);
    task.endings = CauseCounts.fromProto(entry.getEndingsList());
    task.lastHolder = entry.getLastHolder().intern();
    task.heldLast = entry.getHeldLast().intern();
    if (task.state == PartitionState.PARTITION_QUARANTINED) {
      task.poison = new Poison(entry.getDetail(), List.copyOf(entry.getLogList()));
    }
    task.failedOn = entry.getFailedOn().isEmpty() ? null : entry.getFailedOn();
    task.restore(entry.hasNarrowing() ? Narrowing.fromProto(entry.getNarrowing()) : null);
    task.cutUnder = entry.getCutUnder();
    task.closed = entry.getClosedCounter();
    return task;
  }

  private static double weight(TaskEntry entry) {
    return entry.getExactWeight() != 0
        ? entry.getExactWeight()
        : Integer.toUnsignedLong(entry.getWeight());
  }
}
