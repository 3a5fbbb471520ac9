package dev.belay.coordinator.core;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Who works for a job, or would, and cannot use the store at the moment, in one line for people.
 * Its work may well go on meanwhile; but nothing of it is safe there, and nothing begins or ends.
 */
final class StoreTrouble {
  private static final int NAMED = 3;

  private final Holdings holdings;
  private final Liveness liveness;

  StoreTrouble(Holdings holdings, Liveness liveness) {
    this.holdings = holdings;
    this.liveness = liveness;
  }

  /** Empty: nobody, as far as is known. */
  String of(JobRecord job) {
    if (job.ended()) {
      return "";
    }
    List<WorkerRecord> troubled =
        liveness.workers().stream()
            .filter(worker -> !worker.storeTrouble.isEmpty() && worksFor(worker, job))
            .toList();
    if (troubled.isEmpty()) {
      return "";
    }
    String names =
        troubled.stream().limit(NAMED).map(worker -> worker.name).collect(Collectors.joining(", "));
    int others = troubled.size() - NAMED;
    return names
        + (others > 0 ? " and " + others + " more" : "")
        + " cannot use it: "
        + troubled.get(0).storeTrouble;
  }

  private boolean worksFor(WorkerRecord worker, JobRecord job) {
    boolean wanted =
        switch (job.state) {
          case JOB_PLANNING, JOB_RUNNING, JOB_PUBLISHING -> job.demand.metBy(worker);
          default -> false;
        };
    return (worker.cutOff && wanted)
        || holdings.of(worker.incarnation).holds.stream().anyMatch(hold -> hold.task.job == job);
  }
}
