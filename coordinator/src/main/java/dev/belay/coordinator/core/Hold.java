package dev.belay.coordinator.core;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.SecondLease;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lease that is out: a task as held by one incarnation of a worker under one epoch. Hard state,
 * made and ended by {@code apply} alone; two holds are the same only if they are the same object.
 */
final class Hold {
  final TaskRecord task;

  /** Of its epoch. */
  final long counter;

  final String worker;
  final String incarnation;

  /** See {@link DesiredDigest}. */
  final long digest;

  /** Whether it has passed its first safe point. */
  boolean started;

  /** The last sequence that was committed under it, or before it began. */
  long lastSequence;

  /** Of a speculative one: its checkpoints, newest first, beginning with those of the first. */
  List<Checkpoint> own = List.of();

  /** Of a speculative one: as last committed. */
  Progress ownProgress = Progress.getDefaultInstance();

  /** On the wall clock when it began; 0: before the coordinator started. */
  long sinceMillis;

  /** How many leases had to pass through its slot until it was done, it included. */
  int rounds = 1;

  Hold(TaskRecord task, long counter, String worker, String incarnation) {
    this.task = task;
    this.counter = counter;
    this.worker = worker;
    this.incarnation = incarnation;
    this.digest = DesiredDigest.of(task.id(), task.job.epochGeneration, counter);
  }

  Epoch epoch() {
    return Epochs.of(task.job.epochGeneration, counter);
  }

  Lease lease() {
    return Lease.newBuilder().setTask(task.id()).setEpoch(epoch()).build();
  }

  boolean isEpoch(Epoch epoch) {
    return epoch.getGeneration() == task.job.epochGeneration && epoch.getCounter() == counter;
  }

  /** Whether it is still out. */
  boolean current() {
    return task.hold == this || speculative();
  }

  /** Whether it runs beside the first. */
  boolean speculative() {
    return task.second == this;
  }

  /** The other lease of the task; null: none is out. */
  @Nullable Hold other() {
    return speculative() ? task.hold : task.second;
  }

  /** The checkpoints on its line, newest first. */
  List<Checkpoint> kept() {
    return speculative() ? own : task.checkpoints;
  }

  /** Its checkpoints with one more in front, and at most so many in all. */
  List<Checkpoint> with(Checkpoint newest, int keep) {
    List<Checkpoint> kept = new ArrayList<>(keep);
    kept.add(newest);
    for (Checkpoint older : kept()) {
      if (kept.size() < keep) {
        kept.add(older);
      }
    }
    return List.copyOf(kept);
  }

  SecondLease toSecond() {
    return SecondLease.newBuilder()
        .setEpochCounter(counter)
        .setWorker(worker)
        .setIncarnation(incarnation)
        .setStarted(started)
        .setLastSequence(lastSequence)
        .addAllCheckpoints(own)
        .setProgress(ownProgress)
        .build();
  }

  static Hold fromSecond(TaskRecord task, SecondLease entry) {
    Hold hold = new Hold(task, entry.getEpochCounter(), entry.getWorker(), entry.getIncarnation());
    hold.started = entry.getStarted();
    hold.lastSequence = entry.getLastSequence();
    hold.own = List.copyOf(entry.getCheckpointsList());
    hold.ownProgress = entry.getProgress();
    return hold;
  }
}
