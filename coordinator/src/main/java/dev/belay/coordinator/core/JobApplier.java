package dev.belay.coordinator.core;

import dev.belay.runtime.proto.JobCancelled;
import dev.belay.runtime.proto.JobFailed;
import dev.belay.runtime.proto.JobPlanned;
import dev.belay.runtime.proto.JobRetried;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSucceeded;
import dev.belay.runtime.proto.PublishPrepared;
import dev.belay.runtime.proto.TaskKind;

/** What the events mean that speak of a job as a whole: a part of {@link EventApplier}. */
final class JobApplier {
  private final ClusterState state;
  private final TwoLines lines;

  JobApplier(ClusterState state, TwoLines lines) {
    this.state = state;
    this.lines = lines;
  }

  void planned(JobPlanned event) {
    JobRecord job = state.existing(event.getJob());
    job.planning.step(Lifecycle.Step.COMPLETED);
    lines.drop(job.planning, state.holdings::remove);
    job.plan(event.getPlan(), event.getSplits(), event.getWeightsList());
    job.splittable = event.getSplittable();
    job.advance();
  }

  void prepared(PublishPrepared event) {
    state.existing(event.getJob()).manifest = event.getManifest();
  }

  void succeeded(JobSucceeded event, long millis) {
    JobRecord job = state.existing(event.getJob());
    job.publishing.step(Lifecycle.Step.COMPLETED);
    lines.drop(job.publishing, state.holdings::remove);
    job.result = job.manifest == null ? null : job.manifest.getResult();
    end(job, JobLifecycle.Step.SUCCEEDED, millis);
  }

  void failed(JobFailed event, long millis) {
    JobRecord job = state.existing(event.getJob());
    job.error = event.getError();
    if (event.hasTask()) {
      failed(state.existing(event.getTask()), event.getError());
    }
    endTasks(job, "the job failed");
    end(job, JobLifecycle.Step.FAILED, millis);
  }

  /** What is in quarantine has its own error, and stays there. */
  private void failed(TaskRecord task, String error) {
    if (task.ended()) {
      return;
    }
    // The job's error names the task, the task's need not.
    String named = task.text() + ": ";
    task.error = error.startsWith(named) ? error.substring(named.length()) : error;
    task.step(Lifecycle.Step.FAILED);
    task.job.count(task, 1);
    lines.endSecond(task, false, "the job failed");
    lines.drop(task, state.holdings::remove);
  }

  void cancelled(JobCancelled event, long millis) {
    JobRecord job = state.existing(event.getJob());
    endTasks(job, "the job was cancelled");
    end(job, JobLifecycle.Step.CANCELLED, millis);
  }

  void paused(String id) {
    state.existing(id).step(JobLifecycle.Step.PAUSED);
  }

  void resumed(String id) {
    state.existing(id).step(JobLifecycle.Step.RESUMED);
  }

  void stopping(String id) {
    JobRecord job = state.existing(id);
    job.step(JobLifecycle.Step.STOPPING);
    state.unsettled.add(job);
  }

  void stopped(String id, long millis) {
    JobRecord job = state.existing(id);
    endTasks(job, "the job was stopped");
    end(job, JobLifecycle.Step.STOPPED, millis);
  }

  void retried(JobRetried event) {
    JobRecord job = state.existing(event.getJob());
    boolean ended = job.ended();
    state.retention.forget(job);
    if (event.hasMaxCheckpointAgeMillis()) {
      job.maxCheckpointAge = event.getMaxCheckpointAgeMillis();
    }
    retry(job.planning);
    for (TaskRecord partition : job.partitions) {
      retry(partition);
    }
    retryPublishing(job);
    job.bisections = 0;
    job.error = "";
    job.endedMillis = 0;
    job.step(JobLifecycle.Step.RETRIED);
    state.unsettled.remove(job);
    if (ended) {
      state.claim(job);
    }
  }

  private static void retry(TaskRecord task) {
    switch (task.state) {
      case PARTITION_FAILED, PARTITION_CANCELLED, PARTITION_QUARANTINED -> {
        task.job.count(task, -1);
        task.renew();
        if (task.kind == TaskKind.PARTITION) {
          task.job.ready.returned(task);
        }
      }
      default -> {}
    }
  }

  /** Whoever publishes has a list without the partitions that wait again. */
  private void retryPublishing(JobRecord job) {
    TaskRecord publishing = job.publishing;
    if (publishing.ended()) {
      publishing.renew();
    } else if (publishing.leased() && job.stage() != JobState.JOB_PUBLISHING) {
      publishing.step(Lifecycle.Step.YIELDED);
      publishing.recovery = null;
      publishing.releasedMillis = 0;
      lines.drop(
          publishing, hold -> state.holdings.revoke(hold, "partitions of the job are retried"));
    }
    // Of a publication that failed for good, and whose staged files are gone.
    job.manifest = null;
  }

  private void endTasks(JobRecord job, String reason) {
    endTask(job.planning, reason);
    for (TaskRecord partition : job.partitions) {
      endTask(partition, reason);
    }
    endTask(job.publishing, reason);
  }

  private void endTask(TaskRecord task, String reason) {
    if (!task.ended()) {
      task.step(Lifecycle.Step.CANCELLED);
      lines.endSecond(task, false, reason);
      lines.drop(task, hold -> state.holdings.revoke(hold, reason));
    }
  }

  private void end(JobRecord job, JobLifecycle.Step step, long millis) {
    job.step(step);
    job.endedMillis = millis;
    state.retire(job);
    state.retention.ended(job);
  }
}
