package dev.belay.jobs.cli;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.Value;

/** Jobs as a coordinator describes them. */
final class Descriptions {
  private Descriptions() {}

  static JobDescription recovered() {
    return JobDescription.newBuilder()
        .setSummary(FakeCoordinator.summary("job-1", JobState.JOB_RUNNING).setPartitions(2))
        .addPartitions(
            PartitionDescription.newBuilder()
                .setIndex(0)
                .setState(PartitionState.PARTITION_RUNNING)
                .setWorker("w2")
                .setEpoch(Epoch.newBuilder().setGeneration(1).setCounter(17))
                .setAttempts(2)
                .setProgress(Progress.newBuilder().setDone(50).setTotal(100))
                .setCheckpoint(
                    Checkpoint.newBuilder().setSequence(4).setBytes(2048).setStoredBytes(100)))
        .addPartitions(
            PartitionDescription.newBuilder()
                .setIndex(1)
                .setState(PartitionState.PARTITION_PENDING))
        .addRecoveries(
            Recovery.newBuilder()
                .setPartition(0)
                .setKind(TaskKind.PARTITION)
                .setFromWorker("w1")
                .setToWorker("w2")
                .setCause(Cause.CONNECTION_LOST)
                .setDetectedMillis(310)
                .setRestoredMillis(90)
                .setResumedFromSequence(4))
        .addRecoveries(
            Recovery.newBuilder()
                .setKind(TaskKind.PUBLISH)
                .setFromWorker("w3")
                .setCause(Cause.HEARTBEAT_TIMEOUT)
                .setDetectedMillis(5000))
        .build();
  }

  static JobDescription succeeded() {
    return JobDescription.newBuilder()
        .setSummary(
            FakeCoordinator.summary("job-1", JobState.JOB_SUCCEEDED).setEndedMillis(1_060_000))
        .setResult(
            Result.newBuilder()
                .addFields(field("count", Value.newBuilder().setInteger(346065536839L)))
                .addFields(field("mean", Value.newBuilder().setReal(0.5)))
                .addFields(field("note", Value.newBuilder().setText("fine")))
                .addFields(field("odd", Value.newBuilder().setReal(Double.NaN))))
        .build();
  }

  static JobDescription failed() {
    return JobDescription.newBuilder()
        .setSummary(
            FakeCoordinator.summary("job-1", JobState.JOB_FAILED)
                .setEndedMillis(1_060_000)
                .setError("out of luck"))
        .build();
  }

  private static Field field(String name, Value.Builder value) {
    return Field.newBuilder().setName(name).setValue(value).build();
  }
}
