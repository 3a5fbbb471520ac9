package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobEntry;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Recovery;

/** How a job is written to a snapshot, without its tasks, and read back. */
final class JobEntries {
  private JobEntries() {}

  static JobEntry toEntry(JobRecord job) {
    JobEntry.Builder entry =
        JobEntry.newBuilder()
            .setJob(job.id)
            .setKey(job.key)
            .setSpec(job.spec)
            .setState(job.state)
            .setSubmittedMillis(job.submittedMillis)
            .setEndedMillis(job.endedMillis)
            .setError(job.error)
            .setSplits(job.partitions.length)
            .addAllReleased(job.released)
            .setReleasedAll(job.releasedAll)
            .setObjectsGone(job.objectsGone)
            .setRestartedFrom(job.restartedFrom)
            .setSplittable(job.splittable)
            .setBisections(job.bisections)
            .addAllLitter(job.litter)
            .setObjectsGoneMillis(job.objectsGoneMillis);
    if (job.maxCheckpointAge != null) {
      entry.setMaxCheckpointAgeMillis(job.maxCheckpointAge);
    }
    job.recoveries.forEach(recovery -> entry.addRecoveries(recovery.toProto()));
    if (job.plan != null) {
      entry.setPlan(job.plan);
    }
    if (job.manifest != null) {
      entry.setManifest(job.manifest);
    }
    if (job.result != null) {
      entry.setResult(job.result);
    }
    return entry.build();
  }

  /** The job without its tasks' fates: see {@link JobRecord#restore}. */
  static JobRecord fromEntry(JobEntry entry, int epochGeneration) {
    JobRecord job =
        new JobRecord(
            entry.getJob(),
            entry.getKey(),
            entry.getSpec(),
            entry.getRestartedFrom(),
            epochGeneration,
            entry.getSubmittedMillis());
    job.state = entry.getState();
    job.endedMillis = entry.getEndedMillis();
    job.error = entry.getError();
    job.plan = entry.hasPlan() ? entry.getPlan() : null;
    job.manifest = entry.hasManifest() ? entry.getManifest() : null;
    job.result = entry.hasResult() ? entry.getResult() : null;
    job.partitions = new TaskRecord[entry.getSplits()];
    job.ready = new ReadyQueue(entry.getSplits());
    job.released.addAll(entry.getReleasedList());
    job.releasedAll = entry.getReleasedAll();
    job.splittable = entry.getSplittable();
    job.bisections = entry.getBisections();
    // A success releases everything unless told otherwise; older journals say it in no other way.
    job.objectsGone =
        entry.getObjectsGone()
            || job.releasedAll
            || (job.state == JobState.JOB_SUCCEEDED && !job.keepsSuccess());
    job.objectsGoneMillis = entry.getObjectsGoneMillis();
    job.maxCheckpointAge =
        entry.hasMaxCheckpointAgeMillis() ? entry.getMaxCheckpointAgeMillis() : null;
    job.litter.addAll(entry.getLitterList());
    for (Recovery recovery : entry.getRecoveriesList()) {
      job.remember(RecoveryRecord.fromProto(recovery));
    }
    return job;
  }
}
