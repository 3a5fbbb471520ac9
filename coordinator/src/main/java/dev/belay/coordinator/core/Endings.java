package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.JobFailed;
import dev.belay.runtime.proto.TaskReleased;

/**
 * How a lease ends by what its holder reports, short of success: given back, tried again, or for
 * good.
 */
final class Endings {
  private final RetryPolicy retries;
  private final Yields yields;

  Endings(RetryPolicy retries, Yields yields) {
    this.retries = retries;
    this.yields = yields;
  }

  /** The attempt is over: another one, or none if this was one too many. */
  void retry(ReportCase it, String message) {
    TaskRecord task = it.task();
    if (retries.exhausted(task)) {
      failJob(
          it,
          "%s failed %d times without progress, the last time on worker %s: %s"
              .formatted(task.text(), task.errorsWithoutProgress + 1, it.hold().worker, message));
    } else {
      release(it, Cause.APPLICATION_ERROR, message, retries.backoffMillis(task));
    }
  }

  /**
   * Refuses what no sound worker says. Who is refused stops that work, so the lease ends with it:
   * else it would be held for ever by one who is alive and does nothing about it.
   */
  Decision misbehaved(ReportCase it, String what) {
    retry(it, "worker %s sent %s".formatted(it.hold().worker, what));
    return it.refused("the coordinator cannot accept " + what);
  }

  Decision released(ReportCase it) {
    Yields.Asked asked = yields.of(it.hold());
    if (asked != null) {
      release(it, asked.cause, asked.reason, 0);
    } else {
      release(it, Cause.DRAINED, "worker " + it.hold().worker + " was drained", 0);
    }
    return it.ok();
  }

  void release(ReportCase it, Cause cause, String message, long backoffMillis) {
    it.draft()
        .add(
            it.draft()
                .event()
                .setTaskReleased(
                    TaskReleased.newBuilder()
                        .setLease(it.hold().lease())
                        .setCause(cause)
                        .setMessage(message)
                        .setBackoffMillis(backoffMillis)));
  }

  Decision fail(ReportCase it, String error) {
    failJob(it, error);
    return it.ok();
  }

  void failJob(ReportCase it, String error) {
    it.draft()
        .add(
            it.draft()
                .event()
                .setJobFailed(
                    JobFailed.newBuilder()
                        .setJob(it.task().job.id)
                        .setError(error)
                        .setTask(it.task().id())));
  }
}
