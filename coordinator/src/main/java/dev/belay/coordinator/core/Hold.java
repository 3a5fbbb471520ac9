package dev.belay.coordinator.core;

import dev.belay.runtime.lease.DesiredDigest;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Lease;

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
    return task.hold == this;
  }
}
