package dev.belay.jobs.simulation.cluster;

import dev.belay.jobs.simulation.check.Checker;
import dev.belay.jobs.simulation.job.RangeJob;
import dev.belay.jobs.simulation.machine.SimulatedProcess;
import dev.belay.runtime.proto.CancelJobReply;
import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.DrainWorkerRequest;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.ListJobsRequest;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.RestoreCheckpointReply;
import dev.belay.runtime.proto.ResumeJobRequest;
import dev.belay.runtime.proto.RetryJobRequest;
import dev.belay.runtime.proto.StopJobRequest;
import dev.belay.runtime.proto.SubmitReply;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.simulation.MachineClock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * People: they submit, and again under the same key until they hear; they cancel, and they look.
 * They never die.
 */
public final class User extends SimulatedProcess {
  private static final long RETRY_MILLIS = 700;

  private final Cluster cluster;
  private final Map<String, String> ids = new LinkedHashMap<>();

  public User(Cluster cluster) {
    super(cluster.world(), "user", new MachineClock(cluster.world().time(), 0, 0));
    this.cluster = cluster;
  }

  public void submit(RangeJob job) {
    cluster.jobs().add(job);
    askInTurn(job);
  }

  /** After those that it waits for, which have to be known. */
  private void askInTurn(RangeJob job) {
    if (ids.keySet().containsAll(job.spec().getAfterList())) {
      ask(job);
    } else {
      afterMillis(RETRY_MILLIS, () -> askInTurn(job));
    }
  }

  private void ask(RangeJob job) {
    String key = "key-" + job.name();
    cluster.call(
        this,
        Command.newBuilder().setSubmit(SubmitRequest.newBuilder().setKey(key).setSpec(job.spec())),
        reply -> {
          if (reply.message() instanceof SubmitReply submitted) {
            say("knows " + job.name() + " as " + submitted.getJob());
            ids.put(job.name(), submitted.getJob());
            cluster.checker().toldSubmitted(key, submitted.getJob());
          } else if (!reply.reached()) {
            afterMillis(RETRY_MILLIS, () -> ask(job));
          } else {
            throw new dev.belay.jobs.simulation.check.Violation(
                job.name() + " was refused: " + reply.refusal());
          }
        });
  }

  /** The id of a job that was acknowledged; null: not yet. */
  public @Nullable String id(String name) {
    return ids.get(name);
  }

  public boolean knowsAll(int jobs) {
    return ids.size() == jobs;
  }

  /** Asks until it is answered; a job that is not known yet is not asked for. */
  public void cancel(String name) {
    String id = ids.get(name);
    if (id == null) {
      return;
    }
    cluster.checker().mayBeCancelled(id);
    cluster.call(
        this,
        Command.newBuilder().setCancelJob(CancelJobRequest.newBuilder().setJob(id)),
        reply -> {
          if (reply.message() instanceof CancelJobReply done
              && done.getState() == JobState.JOB_CANCELLED) {
            cluster.checker().toldCancelled(id);
          } else if (!reply.reached()) {
            afterMillis(RETRY_MILLIS, () -> cancel(name));
          }
        });
  }

  // ---- asked once: who does not hear, or is refused, leaves it at that

  public void pause(String name) {
    String id = ids.get(name);
    if (id != null) {
      ask(Command.newBuilder().setPauseJob(PauseJobRequest.newBuilder().setJob(id)));
    }
  }

  public void resume(String name) {
    String id = ids.get(name);
    if (id != null) {
      ask(Command.newBuilder().setResumeJob(ResumeJobRequest.newBuilder().setJob(id)));
    }
  }

  public void stop(String name) {
    String id = ids.get(name);
    if (id != null) {
      ask(Command.newBuilder().setStopJob(StopJobRequest.newBuilder().setJob(id)));
    }
  }

  public void retry(String name) {
    String id = ids.get(name);
    if (id != null) {
      ask(Command.newBuilder().setRetryJob(RetryJobRequest.newBuilder().setJob(id)));
    }
  }

  /** As above, from checkpoints of any age. */
  public void retryFromAnyAge(String name) {
    String id = ids.get(name);
    if (id != null) {
      ask(
          Command.newBuilder()
              .setRetryJob(RetryJobRequest.newBuilder().setJob(id).setMaxCheckpointAgeMillis(0)));
    }
  }

  /** Takes a partition back to a checkpoint; the coordinator may have to refuse. */
  public void restore(Checker.Kept checkpoint) {
    Command.Builder command = Command.newBuilder();
    command
        .getRestoreCheckpointBuilder()
        .setJob(checkpoint.task().getJob())
        .setPartition(checkpoint.task().getIndex())
        .setSequence(checkpoint.sequence());
    cluster.call(
        this,
        command,
        reply -> {
          if (reply.message() instanceof RestoreCheckpointReply done
              && (done.getDropped() > 0 || !done.getWorker().isEmpty())) {
            cluster.checker().toldRestored(checkpoint);
          }
        });
  }

  public void drain(String worker) {
    ask(Command.newBuilder().setDrainWorker(DrainWorkerRequest.newBuilder().setWorker(worker)));
  }

  private void ask(Command.Builder command) {
    cluster.call(this, command, reply -> {});
  }

  /** Looks around; the answers must only come. */
  public void look(int what) {
    Command.Builder command = Command.newBuilder();
    switch (what % 3) {
      case 0 -> command.setListJobs(ListJobsRequest.getDefaultInstance());
      case 1 -> command.setListWorkers(ListWorkersRequest.getDefaultInstance());
      default -> command.setDescribeJob(DescribeJobRequest.newBuilder().setJob("job-1"));
    }
    cluster.call(this, command, reply -> {});
  }
}
