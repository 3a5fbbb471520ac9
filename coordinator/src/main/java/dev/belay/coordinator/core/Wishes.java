package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.wire.Labels;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a submit wishes about where and when: whether it makes sense, and which jobs it means. */
final class Wishes {
  private static final int MOST_AFTER = 100;

  private final JobNames names;

  Wishes(JobNames names) {
    this.names = names;
  }

  /** What is wrong by itself, in one line; null: nothing. */
  static @Nullable String problem(JobSpec spec) {
    String wrong = Labels.problem(spec.getRequireList());
    if (wrong != null) {
      return wrong;
    }
    return spec.getAfterCount() > MOST_AFTER
        ? "a job comes after at most " + MOST_AFTER + " others"
        : null;
  }

  /**
   * A spec that speaks of other jobs by their ids.
   *
   * @param unknown why there is none; null: there is
   * @param note which jobs it means, where names left a choice
   */
  record Resolved(JobSpec spec, JobNames.@Nullable Found unknown, String note) {}

  /** Finds the jobs that a spec means, which may be named. */
  Resolved resolve(JobSpec spec) {
    if (spec.getAfterCount() == 0) {
      return new Resolved(spec, null, "");
    }
    Set<String> ids = new LinkedHashSet<>();
    Set<String> notes = new LinkedHashSet<>();
    for (String wanted : spec.getAfterList()) {
      JobNames.Found found = names.newest(wanted);
      if (found.job() == null) {
        return new Resolved(spec, found, "");
      }
      ids.add(found.job().id);
      if (!found.message().isEmpty()) {
        notes.add(found.message());
      }
    }
    return new Resolved(
        spec.toBuilder().clearAfter().addAllAfter(ids).build(), null, String.join("; ", notes));
  }

  /** Whether a spec, as submitted, is what a job was made from. */
  static boolean same(ClusterState state, JobSpec resolved, JobSpec submitted) {
    if (!resolved.toBuilder()
        .clearAfter()
        .build()
        .equals(submitted.toBuilder().clearAfter().build())) {
      return false;
    }
    Set<String> ids = new LinkedHashSet<>(resolved.getAfterList());
    Set<String> meant = new LinkedHashSet<>();
    for (String wanted : submitted.getAfterList()) {
      ids.stream().filter(id -> isCalled(state, id, wanted)).forEach(meant::add);
      if (ids.stream().noneMatch(id -> isCalled(state, id, wanted))) {
        return false;
      }
    }
    return meant.equals(ids);
  }

  private static boolean isCalled(ClusterState state, String id, String wanted) {
    JobRecord job = state.job(id);
    return id.equals(wanted) || (job != null && job.name().equals(wanted));
  }
}
