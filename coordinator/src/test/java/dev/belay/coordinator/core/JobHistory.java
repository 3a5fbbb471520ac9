package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JobState;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which transitions jobs went through, as seen from outside: by their states around each event. */
final class JobHistory {
  /** A transition of a job's life. */
  record Transition(JobState from, JobLifecycle.Step step, JobState to) {}

  final Set<Transition> visited = new HashSet<>();
  private final Map<String, JobState> before = new LinkedHashMap<>();

  void before(ClusterState state, Event event) {
    before.clear();
    state.jobs.forEach((id, job) -> before.put(id, job.state));
  }

  void after(ClusterState state, Event event) {
    JobLifecycle.Step named = step(event);
    int changed = 0;
    for (Map.Entry<String, JobState> old : before.entrySet()) {
      // Not existing(id), which is for events: what looks must not count as a change.
      JobRecord job = Objects.requireNonNull(state.job(old.getKey()));
      boolean meant = named != null && old.getKey().equals(jobOf(event));
      if (meant || job.state != old.getValue()) {
        changed++;
        JobLifecycle.Step step = meant && named != null ? named : JobLifecycle.Step.ADVANCED;
        visited.add(new Transition(old.getValue(), step, job.state));
      }
    }
    assertThat(changed).as("an event is about one job: %s", event).isLessThanOrEqualTo(1);
  }

  private static JobLifecycle.@Nullable Step step(Event event) {
    return switch (event.getKindCase()) {
      case JOB_PAUSED -> JobLifecycle.Step.PAUSED;
      case JOB_RESUMED -> JobLifecycle.Step.RESUMED;
      case JOB_STOPPING -> JobLifecycle.Step.STOPPING;
      case JOB_STOPPED -> JobLifecycle.Step.STOPPED;
      case JOB_RETRIED -> JobLifecycle.Step.RETRIED;
      case JOB_SUCCEEDED -> JobLifecycle.Step.SUCCEEDED;
      case JOB_FAILED -> JobLifecycle.Step.FAILED;
      case JOB_CANCELLED -> JobLifecycle.Step.CANCELLED;
      default -> null;
    };
  }

  private static String jobOf(Event event) {
    return switch (event.getKindCase()) {
      case JOB_PAUSED -> event.getJobPaused().getJob();
      case JOB_RESUMED -> event.getJobResumed().getJob();
      case JOB_STOPPING -> event.getJobStopping().getJob();
      case JOB_STOPPED -> event.getJobStopped().getJob();
      case JOB_RETRIED -> event.getJobRetried().getJob();
      case JOB_SUCCEEDED -> event.getJobSucceeded().getJob();
      case JOB_FAILED -> event.getJobFailed().getJob();
      case JOB_CANCELLED -> event.getJobCancelled().getJob();
      default -> "";
    };
  }
}
