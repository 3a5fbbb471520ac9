package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobFailed;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.TaskReleased;

/**
 * How a lease ends by what its holder reports, short of success: given back, tried again, or for
 * good.
 */
final class Endings {
  /** Where nobody else could take it, it would come back at once. */
  private static final long BEHIND_THREAD_MILLIS = 1_000;

  private final Exhaustion exhaustion;
  private final Yields yields;

  Endings(Exhaustion exhaustion, Yields yields) {
    this.exhaustion = exhaustion;
    this.yields = yields;
  }

  /** The attempt is over: another one, or none if this was one too many. */
  void retry(ReportCase it, Cause cause, String message, Failed how) {
    it.draft().add(exhaustion.failed(it.draft(), it.hold(), cause, message, how));
  }

  /**
   * Refuses what no sound worker says. Who is refused stops that work, so the lease ends with it:
   * else it would be held for ever by one who is alive and does nothing about it.
   */
  Decision misbehaved(ReportCase it, String what) {
    retry(
        it,
        Cause.APPLICATION_ERROR,
        "worker %s sent %s".formatted(it.hold().worker, what),
        Failed.getDefaultInstance());
    return it.refused("the coordinator cannot accept " + what);
  }

  Decision released(ReportCase it, Released released) {
    String worker = it.hold().worker;
    if (yields.of(it.hold()) != null) {
      giveBack(it);
      return it.ok();
    }
    switch (released.getWhy()) {
      case NO_SLOT ->
          release(it, Cause.NO_SLOT, "it waited too long for a slot on worker " + worker, 0);
      case OLD_THREAD ->
          release(
              it,
              Cause.OLD_THREAD,
              "a thread of an older attempt hangs on worker "
                  + worker
                  + ": restart that worker, or add another",
              BEHIND_THREAD_MILLIS);
      case DRAINS, UNRECOGNIZED -> giveBack(it);
    }
    return it.ok();
  }

  /** Ends the lease for what it was asked back for, else as of a worker that leaves. */
  void giveBack(ReportCase it) {
    Yields.Asked asked = yields.of(it.hold());
    if (asked != null) {
      release(it, asked.cause, asked.reason, 0);
    } else {
      release(it, Cause.DRAINED, "worker " + it.hold().worker + " was drained", 0);
    }
  }

  private static void release(ReportCase it, Cause cause, String message, long backoffMillis) {
    it.draft()
        .add(
            it.draft()
                .event()
                .setTaskReleased(
                    TaskReleased.newBuilder()
                        .setLease(it.hold().lease())
                        .setCause(cause)
                        .setBackoffMillis(backoffMillis)
                        .setMessage(message)));
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
