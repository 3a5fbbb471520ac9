package dev.belay.bench.replay;

import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.ClusterFounded;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.JobPlanned;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobSubmitted;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.PartitionCompleted;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.TaskAssigned;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.Value;

/**
 * The events of one job's tiny partitions, each assigned and completed, in records as a busy loop
 * makes them.
 */
final class Lives {
  private static final String JOB = "bench-1";
  private static final String WORKER = "w1";
  private static final String INCARNATION = "0123456789abcdef0123456789abcdef";
  private static final long MILLIS = 1_700_000_000_000L;

  /** Partitions in a record. */
  private static final int RECORD = 200;

  private final int partitions;
  private JournalRecord.Builder record = JournalRecord.newBuilder();
  private long sequence;

  Lives(int partitions) {
    this.partitions = partitions;
  }

  /** Until the job's partitions can be assigned. */
  void begin(Journal journal) throws JournalException {
    add(
        event()
            .setClusterFounded(ClusterFounded.newBuilder().setCluster("c").setEpochGeneration(1)));
    add(
        event()
            .setJobSubmitted(
                JobSubmitted.newBuilder()
                    .setJob(JOB)
                    .setKey("key")
                    .setSpec(JobSpec.newBuilder().setJob("bench").setPartitions(partitions))));
    add(event().setTaskAssigned(assigned(lease(TaskKind.PLAN, 0))));
    add(
        event()
            .setJobPlanned(
                JobPlanned.newBuilder()
                    .setJob(JOB)
                    .setEpoch(Epochs.of(1, 1))
                    .setPlan(ObjectRef.newBuilder().setKey("c/" + JOB + "/plan"))
                    .setSplits(partitions)));
    append(journal);
  }

  void run(Journal journal, int from, int to) throws JournalException {
    for (int i = from; i < to; i++) {
      Lease lease = lease(TaskKind.PARTITION, i);
      add(event().setTaskAssigned(assigned(lease)));
      add(event().setPartitionCompleted(completed(lease, i)));
      if (i % RECORD == RECORD - 1) {
        append(journal);
      }
    }
    append(journal);
    journal.sync();
  }

  private static Event.Builder event() {
    return Event.newBuilder().setMillis(MILLIS);
  }

  private static Lease lease(TaskKind kind, int index) {
    return Lease.newBuilder()
        .setTask(TaskId.newBuilder().setJob(JOB).setKind(kind).setIndex(index))
        .setEpoch(Epochs.of(1, 1))
        .build();
  }

  private static TaskAssigned assigned(Lease lease) {
    return TaskAssigned.newBuilder()
        .setLease(lease)
        .setWorker(WORKER)
        .setIncarnation(INCARNATION)
        .build();
  }

  private static PartitionCompleted completed(Lease lease, long value) {
    Field field =
        Field.newBuilder().setName("number").setValue(Value.newBuilder().setInteger(value)).build();
    return PartitionCompleted.newBuilder()
        .setLease(lease)
        .setResult(Result.newBuilder().addFields(field))
        .build();
  }

  private void add(Event.Builder event) {
    record.addEvents(event);
  }

  private void append(Journal journal) throws JournalException {
    if (record.getEventsCount() > 0) {
      journal.append(record.setSequence(++sequence).build());
      record = JournalRecord.newBuilder();
    }
  }
}
