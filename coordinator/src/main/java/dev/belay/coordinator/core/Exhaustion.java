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
import java.util.Objects;

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
    if (task.toBeCut()) {
      return notCut(draft, hold, cause, message, how);
    }
    if (!last(task)) {
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
        task.narrowing() == null
            ? "failed %d times without progress, the last time on worker %s: %s"
                .formatted(task.errorsWithoutProgress + 1, hold.worker, message)
            : "failed on worker %s: %s".formatted(hold.worker, message);
    return task.kind == TaskKind.PARTITION
        ? givenUp(draft, hold, released(hold, cause, message), error, how)
        : draft
            .event()
            .setJobFailed(
                JobFailed.newBuilder()
                    .setJob(task.job.id)
                    .setError(task.text() + " " + error)
                    .setTask(task.id()));
  }

  /** Whether one more failure is one too many: a half has one try. */
  private boolean last(TaskRecord task) {
    return (task.narrowing() != null || retries.exhausted(task))
        && !(task.kind == TaskKind.PUBLISH && published(task));
  }

  private static boolean published(TaskRecord task) {
    return task.job.manifest != null;
  }

  /** Whether one more loss takes it to quarantine rather than elsewhere. */
  boolean lastLoss(TaskRecord task) {
    boolean half = task.narrowing() != null && !task.toBeCut();
    return task.isPartition()
        && task.lossesWithoutProgress + 1 >= (half ? Bisection.MOST_LOSSES : MOST_LOSSES);
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
    TaskReleased.Builder released =
        released(hold, cause, message).setDetectedMillis(detectedMillis);
    if (queued || hold.other() != null || !lastLoss(task)) {
      return draft.event().setTaskReleased(released.setQueued(queued));
    }
    String error =
        "lost %d workers without progress, as if it killed them; the last one: %s; their logs and exit codes may say of what (137: often the system, for memory)"
            .formatted(task.lossesWithoutProgress + 1, message);
    return task.toBeCut()
        ? notCut(draft, hold, cause, error, Failed.getDefaultInstance())
        : givenUp(draft, hold, released, error, Failed.getDefaultInstance());
  }

  private static TaskReleased.Builder released(Hold hold, Cause cause, String message) {
    return TaskReleased.newBuilder().setLease(hold.lease()).setCause(cause).setMessage(message);
  }

  /** A partition has used up its attempts: it is cut in halves if it can be, else that was it. */
  private static Event.Builder givenUp(
      Decision.Draft draft, Hold hold, TaskReleased.Builder released, String error, Failed how) {
    TaskRecord task = hold.task;
    Narrowing before = task.narrowing();
    Narrowing narrowing =
        new Narrowing(
            before == null ? 0 : before.depth(),
            true,
            released.getCause(),
            error,
            Texts.cut(how.getDetail(), MOST_DETAIL),
            lastLines(how.getLogList()));
    if (Bisection.possible(task)) {
      return draft.event().setTaskReleased(released.setNarrowing(narrowing.toProto()));
    }
    String all = before == null ? error : Bisection.notCut(narrowing, "", Bisection.limit(task));
    return quarantined(draft, hold, narrowing.cause(), all, narrowing);
  }

  /** It was to be cut in two, which cannot be done: what was known of it stands. */
  private static Event.Builder notCut(
      Decision.Draft draft, Hold hold, Cause cause, String why, Failed how) {
    Narrowing narrowing = Objects.requireNonNull(hold.task.narrowing());
    String error = Bisection.notCut(narrowing, Texts.cut(how.getRange()), why);
    return quarantined(draft, hold, cause, error, narrowing);
  }

  private static Event.Builder quarantined(
      Decision.Draft draft, Hold hold, Cause cause, String error, Narrowing known) {
    return draft
        .event()
        .setPartitionQuarantined(
            PartitionQuarantined.newBuilder()
                .setLease(hold.lease())
                .setCause(cause)
                .setError(error)
                .setDetail(known.detail())
                .addAllLog(known.log()));
  }

  private static List<String> lastLines(List<String> log) {
    List<String> lines = new ArrayList<>();
    for (String line : log.subList(Math.max(0, log.size() - MOST_LOG_LINES), log.size())) {
      lines.add(Texts.cut(line, MOST_LOG_CHARS));
    }
    return lines;
  }
}
