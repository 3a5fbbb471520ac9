package dev.belay.coordinator;

import dev.belay.coordinator.core.Core;
import dev.belay.runtime.proto.JobEntry;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.SnapshotEntry;
import dev.belay.runtime.proto.TaskEntry;
import dev.belay.runtime.proto.TaskKind;

/**
 * What there is in a cluster, counted.
 *
 * @param partitions of unfinished jobs
 * @param toGo of those, how many have not succeeded
 */
record Tally(int jobs, int unfinished, long partitions, long toGo, long leases) {
  static Tally of(Core core) {
    Counter counter = new Counter();
    core.snapshot(counter::add);
    return new Tally(
        counter.jobs, counter.unfinished, counter.partitions, counter.toGo, counter.leases);
  }

  private static final class Counter {
    int jobs;
    int unfinished;
    long partitions;
    long toGo;
    long leases;
    private boolean counts;

    void add(SnapshotEntry entry) {
      switch (entry.getKindCase()) {
        case JOB -> add(entry.getJob());
        case TASK -> add(entry.getTask());
        default -> {}
      }
    }

    private void add(JobEntry job) {
      jobs++;
      counts = job.getEndedMillis() == 0;
      unfinished += counts ? 1 : 0;
    }

    private void add(TaskEntry task) {
      leases += task.getIncarnation().isEmpty() ? 0 : 1;
      leases += task.hasSecond() ? 1 : 0;
      if (counts && task.getTask().getKind() == TaskKind.PARTITION) {
        partitions++;
        toGo += task.getState() == PartitionState.PARTITION_SUCCEEDED ? 0 : 1;
      }
    }
  }
}
