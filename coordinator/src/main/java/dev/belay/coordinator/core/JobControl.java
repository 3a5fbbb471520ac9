package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.CancelJobReply;
import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JobCancelled;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobPaused;
import dev.belay.runtime.proto.JobResumed;
import dev.belay.runtime.proto.JobRetried;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobStopping;
import dev.belay.runtime.proto.JobSubmitted;
import dev.belay.runtime.proto.RestartJobRequest;
import dev.belay.runtime.proto.RetryJobRequest;
import dev.belay.runtime.time.Now;
import org.jspecify.annotations.Nullable;

/**
 * What users do with jobs that they have: pause, resume, stop, cancel, retry, restart. Every
 * request may come twice and happens once. None is possible while a publication that is journaled
 * is carried out: who does it may be out of reach, and come back.
 */
final class JobControl {
  private final ClusterState state;
  private final JobNames names;
  private final Yields yields;
  private final Garbage garbage;

  JobControl(ClusterState state, JobNames names, Yields yields) {
    this.state = state;
    garbage = new Garbage(state);
    this.names = names;
    this.yields = yields;
  }

  /** A request that is being decided. */
  private record Case(Command command, JobRecord job, Decision.Draft draft) {
    Decision replied(JobState state) {
      return replied(job.id, state);
    }

    Decision replied(String id, JobState state) {
      return draft
          .then(
              new Effect.Reply(
                  command.getRequest(),
                  JobControlReply.newBuilder().setJobId(id).setState(state).build()))
          .done();
    }

    Decision refused(Reason reason, String why) {
      return Decision.of(new Effect.Refuse(command.getRequest(), reason, why));
    }

    Decision refused(String why) {
      return refused(Reason.PRECONDITION, job.id + " " + why);
    }
  }

  private interface Decider {
    Decision decide(Case it);
  }

  private Decision with(String wanted, Command command, Now now, Decider decider) {
    JobNames.Found found = names.find(wanted);
    JobRecord job = found.job();
    if (job == null) {
      return Decision.of(found.refusal(command.getRequest()));
    }
    Case it = new Case(command, job, new Decision.Draft(now.wallMillis()));
    return job.manifest != null && !job.ended()
        ? it.refused("has begun to publish its output, which cannot be stopped half-way")
        : decider.decide(it);
  }

  Decision pause(Command command, String wanted, Now now) {
    return with(
        wanted,
        command,
        now,
        it -> {
          JobRecord job = it.job();
          if (job.ended()) {
            return it.refused(over(job, "there is nothing to pause"));
          }
          if (job.state == JobState.JOB_STOPPING) {
            return it.refused("is stopping: 'belay retry " + job.id + "' goes on with it later");
          }
          if (job.state != JobState.JOB_PAUSED) {
            it.draft().add(it.draft().event().setJobPaused(JobPaused.newBuilder().setJob(job.id)));
            askBack(job, Cause.PAUSED, now.nanos());
          }
          return it.replied(JobState.JOB_PAUSED);
        });
  }

  Decision resume(Command command, String wanted, Now now) {
    return with(
        wanted,
        command,
        now,
        it -> {
          JobRecord job = it.job();
          if (job.ended() || job.state == JobState.JOB_STOPPING) {
            return it.refused(
                over(
                    job,
                    job.state == JobState.JOB_SUCCEEDED
                        ? "there is nothing to go on with"
                        : "'belay retry " + job.id + "' goes on with it"));
          }
          if (job.state != JobState.JOB_PAUSED) {
            return it.replied(job.state);
          }
          it.draft().add(it.draft().event().setJobResumed(JobResumed.newBuilder().setJob(job.id)));
          return it.replied(job.stage());
        });
  }

  Decision stop(Command command, String wanted, Now now) {
    return with(
        wanted,
        command,
        now,
        it -> {
          JobRecord job = it.job();
          if (!job.ended() && job.state != JobState.JOB_STOPPING) {
            it.draft()
                .add(it.draft().event().setJobStopping(JobStopping.newBuilder().setJob(job.id)));
            askBack(job, Cause.STOPPED, now.nanos());
          }
          if (job.ended()) {
            return it.replied(job.state);
          }
          return it.replied(job.held() == 0 ? JobState.JOB_STOPPED : JobState.JOB_STOPPING);
        });
  }

  Decision cancel(Command command, CancelJobRequest request, Now now) {
    return with(
        request.getJob(),
        command,
        now,
        it -> {
          JobRecord job = it.job();
          if (!job.ended()) {
            it.draft()
                .add(it.draft().event().setJobCancelled(JobCancelled.newBuilder().setJob(job.id)));
          }
          return it.draft()
              .then(
                  new Effect.Reply(
                      command.getRequest(),
                      CancelJobReply.newBuilder()
                          .setJobId(job.id)
                          .setState(job.ended() ? job.state : JobState.JOB_CANCELLED)
                          .build()))
              .done();
        });
  }

  Decision retry(Command command, RetryJobRequest request, Now now) {
    return with(request.getJob(), command, now, it -> retry(it, request));
  }

  private Decision retry(Case it, RetryJobRequest request) {
    JobRecord job = it.job();
    if (job.state == JobState.JOB_SUCCEEDED) {
      return it.refused(
          (job.quarantined == 0
                  ? "has succeeded"
                  : "has succeeded without %d of its partitions".formatted(job.quarantined))
              + " and is published: 'belay restart --from-scratch' does all of it again");
    }
    if (job.objectsGone) {
      return it.refused(over(job, Restorations.removed(job)));
    }
    if (job.state == JobState.JOB_STOPPING) {
      return it.refused("is stopping: try again in a moment");
    }
    if (job.ended()) {
      String taken = claimed(job);
      if (taken != null) {
        return it.refused(Reason.ALREADY_EXISTS, taken);
      }
    } else if (job.quarantined == 0) {
      return it.replied(job.state);
    }
    JobRetried.Builder retried = JobRetried.newBuilder().setJob(job.id);
    if (request.hasMaxCheckpointAgeMillis()) {
      long age = request.getMaxCheckpointAgeMillis();
      if (Long.compareUnsigned(age, Retention.MOST_MILLIS) > 0) {
        return it.refused(Reason.INVALID, "the age of a checkpoint is at most ten years");
      }
      retried.setMaxCheckpointAgeMillis(age);
    }
    it.draft().add(it.draft().event().setJobRetried(retried));
    return it.replied(job.afterRetry());
  }

  Decision restart(Command command, RestartJobRequest request, Now now) {
    JobRecord known = state.submits.get(request.getKey());
    if (known != null) {
      return again(command, known, request);
    }
    return with(request.getJob(), command, now, it -> restart(it, request.getKey()));
  }

  /** The same restart comes again. */
  private Decision again(Command command, JobRecord known, RestartJobRequest request) {
    JobNames.Found found = names.find(request.getJob());
    boolean same =
        known.name().equals(request.getJob())
            || known.restartedFrom.equals(request.getJob())
            || (found.job() != null
                && (found.job() == known || found.job().id.equals(known.restartedFrom)));
    Case it = new Case(command, known, new Decision.Draft(0));
    return same && !known.restartedFrom.isEmpty()
        ? it.replied(known.state)
        : it.refused(
            Reason.INVALID,
            "the key of this restart was used for " + known.id + ", which differs: use a new key");
  }

  private Decision restart(Case it, String key) {
    if (key.isEmpty() || key.length() > Submissions.MAX_KEY) {
      return it.refused(Reason.INVALID, "a restart needs a key of 1 to 200 characters");
    }
    JobRecord job = it.job();
    String taken = claimed(job);
    if (taken != null) {
      return it.refused(Reason.ALREADY_EXISTS, taken);
    }
    Decision.Draft draft = it.draft();
    if (!job.ended()) {
      draft.add(draft.event().setJobCancelled(JobCancelled.newBuilder().setJob(job.id)));
    }
    if (!job.objectsGone) {
      garbage.releaseAll(draft, job);
    }
    String id = state.nextJobId();
    draft.add(
        draft
            .event()
            .setJobSubmitted(
                JobSubmitted.newBuilder()
                    .setJob(id)
                    .setKey(key)
                    .setSpec(job.spec)
                    .setRestartedFrom(job.id)));
    return it.replied(id, JobState.JOB_PENDING);
  }

  /** After a start: whoever was asked may not know. */
  void resumeYields(long nanos) {
    for (JobRecord job : state.active) {
      if (job.state == JobState.JOB_PAUSED) {
        askBack(job, Cause.PAUSED, nanos);
      } else if (job.state == JobState.JOB_STOPPING) {
        askBack(job, Cause.STOPPED, nanos);
      }
    }
  }

  private void askBack(JobRecord job, Cause cause, long nanos) {
    String reason = cause == Cause.PAUSED ? "the job is paused" : "the job is stopped";
    ask(job.planning, cause, reason, nanos);
    for (TaskRecord partition : job.partitions) {
      ask(partition, cause, reason, nanos);
    }
    ask(job.publishing, cause, reason, nanos);
  }

  private void ask(TaskRecord task, Cause cause, String reason, long nanos) {
    if (task.hold != null) {
      yields.ask(task.hold, cause, reason, nanos);
    }
  }

  /** Who has one of the job's outputs now, in one line; null: nobody but perhaps the job itself. */
  private @Nullable String claimed(JobRecord job) {
    return Submissions.claimed(state, job.spec, job);
  }

  private static String over(JobRecord job, String remedy) {
    String stands =
        switch (job.state) {
          case JOB_STOPPING -> "is stopping";
          case JOB_STOPPED -> "was stopped";
          case JOB_CANCELLED -> "was cancelled";
          case JOB_FAILED -> "has failed";
          default -> "has succeeded";
        };
    return stands + ": " + remedy;
  }
}
