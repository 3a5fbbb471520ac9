package dev.belay.jobs.simulation.check;

import dev.belay.jobs.simulation.check.Checker.Kept;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What anybody was told: it is in the journal then, and outlives every coordinator. */
final class Promises {
  private final Set<Report> acknowledged = new HashSet<>();
  private final Map<String, String> submitted = new LinkedHashMap<>();
  private final Set<String> cancelled = new HashSet<>();
  private final Set<Kept> restored = new HashSet<>();

  /** A coordinator came back, with this journal. */
  void mustHold(Account account) {
    acknowledged.forEach(report -> mustCount(account, report));
    submitted.forEach((key, job) -> mustBeSubmitted(account, key, job));
    cancelled.forEach(job -> mustBeCancelled(account, job));
    restored.forEach(checkpoint -> mustBeRestored(account, checkpoint));
  }

  void acknowledged(Account account, Report report) {
    mustCount(account, report);
    acknowledged.add(report);
  }

  private static void mustCount(Account account, Report report) {
    Lease lease = report.getLease();
    TaskAccount task = account.task(lease.getTask());
    JobAccount job = account.job(lease.getTask().getJob());
    boolean counts =
        task != null
            && job != null
            && switch (report.getWhatCase()) {
              case CHECKPOINT ->
                  task.wasCommitted(lease, report.getCheckpoint().getObject().getKey());
              case SPLIT -> task.wasCutUnder(lease);
              case COMPLETED -> task.wasCompletedUnder(lease);
              case PLANNED -> job.planned;
              case PREPARED -> report.getPrepared().getManifest().equals(job.manifest);
              case PUBLISHED -> job.end == JobState.JOB_SUCCEEDED;
              default -> true;
            };
    Violation.unless(
        counts,
        task == null ? "a task" : task,
        report.getWhatCase() + " was acknowledged, and the journal does not have it");
  }

  void submitted(Account account, String key, String job) {
    submitted.put(key, job);
    mustBeSubmitted(account, key, job);
  }

  private static void mustBeSubmitted(Account account, String key, String job) {
    Violation.unless(
        job.equals(account.submitted(key)), job, "a submit was acknowledged and is gone");
  }

  void cancelled(Account account, String job) {
    cancelled.add(job);
    mustBeCancelled(account, job);
  }

  private static void mustBeCancelled(Account account, String id) {
    JobAccount job = account.job(id);
    Violation.unless(
        job != null && job.wasCancelled, id, "a cancellation was acknowledged and is gone");
  }

  void restored(Account account, Kept checkpoint) {
    restored.add(checkpoint);
    mustBeRestored(account, checkpoint);
  }

  private static void mustBeRestored(Account account, Kept checkpoint) {
    TaskAccount task = account.task(checkpoint.task());
    Violation.unless(
        task != null && task.wentBackTo(checkpoint.sequence()),
        TaskAccount.text(checkpoint.task()),
        "a restore was acknowledged and is gone");
  }
}
