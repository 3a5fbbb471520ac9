package dev.belay.coordinator.core;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Recovery;
import dev.belay.runtime.proto.TaskKind;

/**
 * What became of a lease that ended before its task did: from the decision to the first safe point
 * elsewhere.
 */
final class RecoveryRecord {
  final TaskKind kind;
  final int index;
  final String fromWorker;
  final Cause cause;
  final long detectedMillis;
  final int epochGeneration;
  final long epochCounter;

  /** Empty: not assigned yet. */
  String toWorker = "";

  /** -1: not restored yet. */
  long restoredMillis = -1;

  /** 0: not restored yet, or from the very start. */
  long resumedFromSequence;

  RecoveryRecord(
      TaskKind kind,
      int index,
      String fromWorker,
      Cause cause,
      long detectedMillis,
      int epochGeneration,
      long epochCounter) {
    this.kind = kind;
    this.index = index;
    this.fromWorker = fromWorker;
    this.cause = cause;
    this.detectedMillis = detectedMillis;
    this.epochGeneration = epochGeneration;
    this.epochCounter = epochCounter;
  }

  Recovery toProto() {
    Recovery.Builder recovery =
        Recovery.newBuilder()
            .setKind(kind)
            .setPartition(index)
            .setFromWorker(fromWorker)
            .setToWorker(toWorker)
            .setCause(cause)
            .setDetectedMillis(detectedMillis)
            .setEpoch(Epochs.of(epochGeneration, epochCounter));
    if (restoredMillis >= 0) {
      recovery.setRestoredMillis(restoredMillis);
      if (resumedFromSequence > 0) {
        recovery.setResumedFromSequence(resumedFromSequence);
      }
    }
    return recovery.build();
  }

  static RecoveryRecord fromProto(Recovery recovery) {
    RecoveryRecord record =
        new RecoveryRecord(
            recovery.getKind(),
            recovery.getPartition(),
            recovery.getFromWorker(),
            recovery.getCause(),
            recovery.getDetectedMillis(),
            recovery.getEpoch().getGeneration(),
            recovery.getEpoch().getCounter());
    record.toWorker = recovery.getToWorker();
    record.restoredMillis = recovery.hasRestoredMillis() ? recovery.getRestoredMillis() : -1;
    record.resumedFromSequence = recovery.getResumedFromSequence();
    return record;
  }
}
