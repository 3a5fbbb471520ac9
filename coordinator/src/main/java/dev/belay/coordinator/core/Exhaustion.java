package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobFailed;
import dev.belay.runtime.proto.PartitionQuarantined;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.TaskReleased;
import java.util.ArrayList;
import java.util.List;

/**
 * How a lease ends that was not given back: with another attempt, or with none. Errors and losses
 * are counted apart, and each checkpoint clears both. A partition that has used up either goes into
 * quarantine; what that means for its job is for {@link Conclusions}.
 *
 * <p>Planning and publishing have no checkpoints that could clear their losses, and nothing could
 * go on without them: they are lost as often as it takes. A publication that is journaled does not
 * run out of attempts either, since it cannot be taken back.
 */
final class Exhaustion {
  /** Workers that go away under a partition without progress, the last one included. */
  static final int MOST_LOSSES = 5;

  private static final int MOST_DETAIL = 8_192;
  private static final int MOST_LOG_LINES = 50;
  private static final int MOST_LOG_CHARS = 500;

  private final RetryPolicy retries;

  Exhaustion(RetryPolicy retries) {
    this.retries = retries;
  }

  /** The job's code failed, or hangs: {@code message} says how. */
  Event.Builder failed(Decision.Draft draft, Hold hold, Cause cause, String message, Failed how) {
    TaskRecord task = hold.task;
    if (hold.other() != null) {
      // The other one goes on.
      return draft
          .event()
          .setTaskReleased(
              TaskReleased.newBuilder().setLease(hold.lease()).setCause(cause).setMessage(message));
    }
    boolean last = retries.exhausted(task) && !(task.kind == TaskKind.PUBLISH && published(task));
    if (!last) {
      return draft
          .event()
          .setTaskReleased(
              TaskReleased.newBuilder()
                  .setLease(hold.lease())
                  .setCause(cause)
                  .setMessage(message)
                  .setBackoffMillis(retries.backoffMillis(task)));
    }
    String error =
        "failed %d times without progress, the last time on worker %s: %s"
            .formatted(task.errorsWithoutProgress + 1, hold.worker, message);
    return task.kind == TaskKind.PARTITION
        ? quarantined(draft, hold, cause, error, how)
        : draft
            .event()
            .setJobFailed(
                JobFailed.newBuilder()
                    .setJob(task.job.id)
                    .setError(task.text() + " " + error)
                    .setTask(task.id()));
  }

  private static boolean published(TaskRecord task) {
    return task.job.manifest != null;
  }

  /** Whether one more loss takes it to quarantine rather than elsewhere. */
  boolean lastLoss(TaskRecord task) {
    return task.kind == TaskKind.PARTITION && task.lossesWithoutProgress + 1 >= MOST_LOSSES;
  }

  /**
   * The worker went away.
   *
   * @param queued whether the lease still waited there for a slot, and so was not the cause
   */
  Event.Builder lost(
      Decision.Draft draft,
      Hold hold,
      boolean queued,
      Cause cause,
      long detectedMillis,
      String message) {
    TaskRecord task = hold.task;
    if (!queued && hold.other() == null && lastLoss(task)) {
      String error =
          "lost %d workers without progress, as if it killed them; the last one: %s"
              .formatted(task.lossesWithoutProgress + 1, message);
      return quarantined(draft, hold, cause, error, Failed.getDefaultInstance());
    }
    return draft
        .event()
        .setTaskReleased(
            TaskReleased.newBuilder()
                .setLease(hold.lease())
                .setCause(cause)
                .setQueued(queued)
                .setDetectedMillis(detectedMillis)
                .setMessage(message));
  }

  private static Event.Builder quarantined(
      Decision.Draft draft, Hold hold, Cause cause, String error, Failed how) {
    return draft
        .event()
        .setPartitionQuarantined(
            PartitionQuarantined.newBuilder()
                .setLease(hold.lease())
                .setCause(cause)
                .setError(error)
                .setDetail(Texts.cut(how.getDetail(), MOST_DETAIL))
                .addAllLog(lastLines(how.getLogList())));
  }

  private static List<String> lastLines(List<String> log) {
    List<String> lines = new ArrayList<>();
    for (String line : log.subList(Math.max(0, log.size() - MOST_LOG_LINES), log.size())) {
      lines.add(Texts.cut(line, MOST_LOG_CHARS));
    }
    return lines;
  }
}
