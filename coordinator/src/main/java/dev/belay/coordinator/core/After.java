package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobState;
import org.jspecify.annotations.Nullable;

/** Whether a job may begin: all jobs that it comes after must have succeeded. */
final class After {
  private After() {}

  /** The first job that it still waits for; null: none. Once begun it waits for nobody. */
  static @Nullable JobRecord unmet(ClusterState state, JobRecord job) {
    if (job.state != JobState.JOB_PENDING) {
      return null;
    }
    for (String id : job.spec.getAfterList()) {
      JobRecord before = state.job(id);
      if (before != null && before.state != JobState.JOB_SUCCEEDED) {
        return before;
      }
    }
    return null;
  }

  /** What keeps a job from beginning, for people; empty if nothing. */
  static String trouble(ClusterState state, JobRecord job) {
    JobRecord before = unmet(state, job);
    if (before == null) {
      return "";
    }
    String named = before.id + (before.name().equals(before.id) ? "" : " (" + before.name() + ")");
    return switch (before.state) {
      case JOB_FAILED, JOB_STOPPED, JOB_CANCELLED ->
          "waits for "
              + named
              + ", which "
              + ended(before.state)
              + ": 'belay retry "
              + before.id
              + "', or 'belay cancel "
              + job.id
              + "'";
      default -> "waits for " + named + " to succeed";
    };
  }

  private static String ended(JobState state) {
    return switch (state) {
      case JOB_FAILED -> "failed";
      case JOB_STOPPED -> "was stopped";
      default -> "was cancelled";
    };
  }
}
