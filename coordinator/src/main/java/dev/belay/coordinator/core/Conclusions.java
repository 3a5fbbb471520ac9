package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobFailed;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobStopped;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.proto.PartitionState;
import org.jspecify.annotations.Nullable;

/**
 * What follows for a job from where its tasks stand, whoever brought them there: a stopping job of
 * which nobody holds a lease has stopped; one with a partition in quarantine fails, unless it is to
 * go on without. Looked at once a batch, after its commands, since several of them may lead to the
 * same conclusion.
 */
final class Conclusions {
  private final ClusterState state;

  Conclusions(ClusterState state) {
    this.state = state;
  }

  void draw(Decision.Draft draft) {
    for (JobRecord job : state.unsettled) {
      TaskRecord poisoned = job.ended() ? null : fatal(job);
      if (poisoned != null) {
        draft.add(
            draft
                .event()
                .setJobFailed(
                    JobFailed.newBuilder()
                        .setJob(job.id)
                        .setError(poisoned.text() + " " + poisoned.error)
                        .setTask(poisoned.id())));
      } else if (job.state == JobState.JOB_STOPPING && job.held() == 0) {
        draft.add(draft.event().setJobStopped(JobStopped.newBuilder().setJob(job.id)));
      }
    }
  }

  /** The quarantined partition without which the job cannot go on; null: none. */
  private static @Nullable TaskRecord fatal(JobRecord job) {
    boolean goesOn =
        job.spec.getOnPoison() == OnPoison.ON_POISON_CONTINUE
            && job.quarantined < job.partitions.length;
    if (job.quarantined == 0 || goesOn) {
      return null;
    }
    for (TaskRecord task : job.partitions) {
      if (task.state == PartitionState.PARTITION_QUARANTINED) {
        return task;
      }
    }
    return null;
  }
}
