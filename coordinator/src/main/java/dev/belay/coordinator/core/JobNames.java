package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the job that a user means: by its id or by its name. A name may have many jobs, one a
 * night, or one that was begun anew; meant is then the one that has not ended, or the newest if all
 * have.
 */
final class JobNames {
  /**
   * The job, or why there is none.
   *
   * @param message without a job: why; with one: which of several it is, or empty
   */
  record Found(@Nullable JobRecord job, Reason reason, String message) {
    Effect refusal(long request) {
      return new Effect.Refuse(request, reason, message);
    }
  }

  private final ClusterState state;

  JobNames(ClusterState state) {
    this.state = state;
  }

  /** The one job that is meant; none if several of that name have not ended. */
  Found find(String wanted) {
    List<JobRecord> going = going(wanted);
    if (state.job(wanted) != null || going.size() <= 1) {
      return newest(wanted);
    }
    String ids = going.stream().map(job -> job.id).limit(10).collect(Collectors.joining(", "));
    return new Found(
        null,
        Reason.PRECONDITION,
        "%d jobs named \"%s\" have not ended: say which by its id (%s)"
            .formatted(going.size(), wanted, ids));
  }

  /** For who only looks, or waits: of several that have not ended the newest. */
  Found newest(String wanted) {
    JobRecord byId = state.job(wanted);
    if (byId != null) {
      return new Found(byId, Reason.NOT_FOUND, "");
    }
    List<JobRecord> named = named(wanted);
    if (named.isEmpty()) {
      return new Found(
          null, Reason.NOT_FOUND, "no job \"" + wanted + "\": 'belay list' shows them all");
    }
    List<JobRecord> going = going(wanted);
    JobRecord newest = last(going.isEmpty() ? named : going);
    String which = going.isEmpty() ? "the newest" : "the newest that has not ended";
    return new Found(
        newest,
        Reason.NOT_FOUND,
        named.size() == 1
            ? ""
            : "%s is %s of %d jobs named \"%s\"".formatted(newest.id, which, named.size(), wanted));
  }

  private static JobRecord last(List<JobRecord> jobs) {
    return jobs.get(jobs.size() - 1);
  }

  private List<JobRecord> named(String name) {
    return state.jobs.values().stream().filter(job -> job.name().equals(name)).toList();
  }

  private List<JobRecord> going(String name) {
    return named(name).stream().filter(job -> !job.ended()).toList();
  }
}
