package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the job that a user means: by its id, or by its name if only one has it. */
final class JobNames {
  /** The job, or why there is none. */
  record Found(@Nullable JobRecord job, Reason reason, String message) {
    Effect refusal(long request) {
      return new Effect.Refuse(request, reason, message);
    }
  }

  private final ClusterState state;

  JobNames(ClusterState state) {
    this.state = state;
  }

  Found find(String wanted) {
    JobRecord byId = state.job(wanted);
    if (byId != null) {
      return new Found(byId, Reason.NOT_FOUND, "");
    }
    List<JobRecord> named =
        state.jobs.values().stream().filter(job -> job.name().equals(wanted)).toList();
    if (named.size() == 1) {
      return new Found(named.get(0), Reason.NOT_FOUND, "");
    }
    if (named.isEmpty()) {
      return new Found(
          null, Reason.NOT_FOUND, "no job \"" + wanted + "\": 'belay list' shows them all");
    }
    String ids = named.stream().map(job -> job.id).limit(10).collect(Collectors.joining(", "));
    return new Found(
        null,
        Reason.PRECONDITION,
        named.size() + " jobs are named \"" + wanted + "\": say which by its id (" + ids + ")");
  }
}
