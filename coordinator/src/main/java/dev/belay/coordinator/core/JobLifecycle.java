package dev.belay.coordinator.core;

import static dev.belay.runtime.proto.JobState.JOB_CANCELLED;
import static dev.belay.runtime.proto.JobState.JOB_FAILED;
import static dev.belay.runtime.proto.JobState.JOB_PAUSED;
import static dev.belay.runtime.proto.JobState.JOB_PENDING;
import static dev.belay.runtime.proto.JobState.JOB_PLANNING;
import static dev.belay.runtime.proto.JobState.JOB_PUBLISHING;
import static dev.belay.runtime.proto.JobState.JOB_RUNNING;
import static dev.belay.runtime.proto.JobState.JOB_STOPPED;
import static dev.belay.runtime.proto.JobState.JOB_STOPPING;
import static dev.belay.runtime.proto.JobState.JOB_SUCCEEDED;

import dev.belay.runtime.proto.JobState;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The life of a job, as a table: from a state, through what happened, to the states that may
 * follow. Four of the states are phases, which the job's tasks say by themselves ({@link
 * JobRecord#stage}); pausing and ending lie over them, so that what is taken up again goes on in
 * whatever phase its tasks are in. What is not in the table is a bug, and applying it an error.
 */
final class JobLifecycle {
  /** What can happen to a job. */
  enum Step {
    /** Its tasks have reached the next phase. */
    ADVANCED,
    PAUSED,
    RESUMED,
    STOPPING,
    STOPPED,
    RETRIED,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  private static final Map<JobState, Map<Step, Set<JobState>>> TABLE =
      new EnumMap<>(JobState.class);

  static {
    from(JOB_PENDING)
        .on(Step.ADVANCED, JOB_PLANNING)
        .on(Step.PAUSED, JOB_PAUSED)
        .on(Step.STOPPING, JOB_STOPPING)
        .on(Step.CANCELLED, JOB_CANCELLED);
    from(JOB_PLANNING)
        .on(Step.ADVANCED, JOB_RUNNING, JOB_PUBLISHING)
        .on(Step.PAUSED, JOB_PAUSED)
        .on(Step.STOPPING, JOB_STOPPING)
        .on(Step.FAILED, JOB_FAILED)
        .on(Step.CANCELLED, JOB_CANCELLED);
    from(JOB_RUNNING)
        .on(Step.ADVANCED, JOB_PUBLISHING)
        .on(Step.PAUSED, JOB_PAUSED)
        .on(Step.STOPPING, JOB_STOPPING)
        .on(Step.RETRIED, JOB_RUNNING)
        .on(Step.FAILED, JOB_FAILED)
        .on(Step.CANCELLED, JOB_CANCELLED);
    from(JOB_PUBLISHING)
        .on(Step.PAUSED, JOB_PAUSED)
        .on(Step.STOPPING, JOB_STOPPING)
        .on(Step.RETRIED, JOB_RUNNING)
        .on(Step.SUCCEEDED, JOB_SUCCEEDED)
        .on(Step.FAILED, JOB_FAILED)
        .on(Step.CANCELLED, JOB_CANCELLED);
    from(JOB_PAUSED)
        .on(Step.RESUMED, JOB_PENDING, JOB_PLANNING, JOB_RUNNING, JOB_PUBLISHING)
        .on(Step.STOPPING, JOB_STOPPING)
        .on(Step.RETRIED, JOB_PAUSED)
        .on(Step.FAILED, JOB_FAILED)
        .on(Step.CANCELLED, JOB_CANCELLED);
    from(JOB_STOPPING)
        .on(Step.STOPPED, JOB_STOPPED)
        .on(Step.FAILED, JOB_FAILED)
        .on(Step.CANCELLED, JOB_CANCELLED);
    from(JOB_STOPPED).on(Step.RETRIED, JOB_PENDING, JOB_PLANNING, JOB_RUNNING, JOB_PUBLISHING);
    from(JOB_CANCELLED).on(Step.RETRIED, JOB_PENDING, JOB_PLANNING, JOB_RUNNING, JOB_PUBLISHING);
    from(JOB_FAILED).on(Step.RETRIED, JOB_PLANNING, JOB_RUNNING, JOB_PUBLISHING);
  }

  private JobLifecycle() {}

  /**
   * The state after a step.
   *
   * @param phase what the job's tasks say, after what they did in this step
   */
  static JobState next(JobState from, Step step, JobState phase) {
    JobState to =
        switch (step) {
          case PAUSED -> JOB_PAUSED;
          case STOPPING -> JOB_STOPPING;
          case STOPPED -> JOB_STOPPED;
          case SUCCEEDED -> JOB_SUCCEEDED;
          case FAILED -> JOB_FAILED;
          case CANCELLED -> JOB_CANCELLED;
          case ADVANCED, RESUMED -> phase;
          case RETRIED -> from == JOB_PAUSED ? JOB_PAUSED : phase;
        };
    if (!TABLE.getOrDefault(from, Map.of()).getOrDefault(step, Set.of()).contains(to)) {
      throw new IllegalStateException("no transition from " + from + " to " + to + " on " + step);
    }
    return to;
  }

  /** Whether a step is possible at all. */
  static boolean allows(JobState from, Step step) {
    return TABLE.getOrDefault(from, Map.of()).containsKey(step);
  }

  /** Whether the state is one that tasks say by themselves. */
  static boolean isPhase(JobState state) {
    return switch (state) {
      case JOB_PENDING, JOB_PLANNING, JOB_RUNNING, JOB_PUBLISHING -> true;
      default -> false;
    };
  }

  /** The table, for the test that visits it and the picture in the README. */
  static Map<JobState, Map<Step, Set<JobState>>> table() {
    return TABLE;
  }

  private static Row from(JobState state) {
    return new Row(TABLE.computeIfAbsent(state, s -> new EnumMap<>(Step.class)));
  }

  private record Row(Map<Step, Set<JobState>> row) {
    Row on(Step step, JobState first, JobState... more) {
      row.put(step, EnumSet.of(first, more));
      return this;
    }
  }
}
