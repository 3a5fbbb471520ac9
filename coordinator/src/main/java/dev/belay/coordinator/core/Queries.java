package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Completion;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.ListJobsReply;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.WorkerDescription;
import java.util.List;

/** What people ask. Changes nothing. */
final class Queries {
  /** Progress of a whole job is told in thousandths of a unit of weight. */
  private static final long UNITS = 1000;

  private static final int MAX_COMPLETIONS = 1000;

  /** So that a page of completions stays well under what a message may be. */
  private static final int MAX_PAGE_BYTES = 1 << 20;

  private final ClusterState state;
  private final Liveness liveness;
  private final LiveProgress progress;
  private final Yields yields;
  private final JobNames names;
  private final Trouble trouble;

  Queries(
      ClusterState state,
      Liveness liveness,
      LiveProgress progress,
      Yields yields,
      JobNames names,
      Trouble trouble) {
    this.state = state;
    this.liveness = liveness;
    this.progress = progress;
    this.yields = yields;
    this.names = names;
    this.trouble = trouble;
  }

  Effect list(Command command) {
    ListJobsReply.Builder reply = ListJobsReply.newBuilder();
    state.jobs.values().forEach(job -> reply.addJobs(summary(job)));
    return new Effect.Reply(command.getRequest(), reply.build());
  }

  Effect describe(Command command, DescribeJobRequest request) {
    JobNames.Found found = names.find(request.getJob());
    JobRecord job = found.job();
    if (job == null) {
      return found.refusal(command.getRequest());
    }
    JobDescription.Builder description =
        JobDescription.newBuilder()
            .setSummary(summary(job))
            .setSpec(job.spec)
            .setTrouble(trouble.of(job));
    if (job.result != null) {
      description.setResult(job.result);
    }
    if (!request.getSummaryOnly()) {
      for (TaskRecord partition : job.partitions) {
        description.addPartitions(partition(partition));
      }
      job.recoveries.forEach(recovery -> description.addRecoveries(recovery.toProto()));
    }
    return new Effect.Reply(command.getRequest(), description.build());
  }

  private JobSummary summary(JobRecord job) {
    return JobSummary.newBuilder()
        .setJobId(job.id)
        .setName(job.name())
        .setJob(job.spec.getJob())
        .setState(job.state)
        .setSubmittedMillis(job.submittedMillis)
        .setEndedMillis(job.endedMillis)
        .setPartitions(job.partitions.length)
        .setRunning(job.running)
        .setSucceeded(job.succeeded)
        .setProgress(progress(job))
        .setError(job.error)
        .setPriority(job.spec.getPriority())
        .setFailed(job.failed)
        .setQuarantined(job.quarantined)
        .build();
  }

  /**
   * Weighted by the plan: what succeeded counts whole, what runs or waits by the share it has done.
   */
  private Progress progress(JobRecord job) {
    double done = job.weightSucceeded;
    for (int index : job.begun) {
      TaskRecord task = job.partitions[index];
      done += task.weight * share(progress.of(task));
    }
    return Progress.newBuilder()
        .setDone(Math.round(done * UNITS))
        .setTotal(Math.round(job.weight * UNITS))
        .build();
  }

  private static double share(Progress progress) {
    return progress.getTotal() <= 0
        ? 0
        : Math.max(0, Math.min(1, (double) progress.getDone() / progress.getTotal()));
  }

  private PartitionDescription partition(TaskRecord task) {
    PartitionDescription.Builder description =
        PartitionDescription.newBuilder()
            .setIndex(task.index)
            .setState(shown(task))
            .setWorker(task.hold == null ? "" : task.hold.worker)
            .setEpoch(task.epoch())
            .setAttempts(
                task.attempts - CauseCounts.of(task.endings, Cause.NO_SLOT, Cause.OLD_THREAD))
            .setProgress(progress.of(task))
            .addAllQuarantined(task.quarantined)
            .addAllEndings(CauseCounts.toProto(task.endings));
    if (task.poison != null) {
      description.setDetail(task.poison.detail()).addAllLog(task.poison.log());
    }
    String trouble = progress.trouble(task);
    description.setError(trouble.isEmpty() ? task.error : trouble);
    if (task.second != null) {
      description.setSecondWorker(task.second.worker);
    }
    if (task.splitFrom >= 0) {
      description.setSplitFrom(task.splitFrom);
    }
    if (!task.checkpoints.isEmpty()) {
      description.setCheckpoint(task.checkpoints.get(0));
    }
    return description.build();
  }

  private PartitionState shown(TaskRecord task) {
    if (task.hold == null) {
      boolean paused = task.job.state == JobState.JOB_PAUSED && task.waits();
      return paused ? PartitionState.PARTITION_PAUSED : task.state;
    }
    WorkerRecord worker = liveness.connectedAs(task.hold.incarnation);
    boolean leaving = (worker != null && worker.draining) || yields.of(task.hold) != null;
    return leaving && task.state == PartitionState.PARTITION_RUNNING
        ? PartitionState.PARTITION_DRAINING
        : task.state;
  }

  Effect workers(Command command) {
    ListWorkersReply.Builder reply = ListWorkersReply.newBuilder();
    for (WorkerRecord worker : liveness.workers()) {
      reply.addWorkers(
          WorkerDescription.newBuilder()
              .setId(worker.name)
              .setState(worker.state())
              .setSlots(worker.slots)
              .setRunning(state.holdings.of(worker.incarnation).holds.size())
              .setPid(worker.pid)
              .setHost(worker.host)
              .addAllLabels(labels(worker))
              .setReason(worker.reason(command.getReceivedNanos()))
              .setRisk(worker.risk.score())
              .setLingering(worker.health.lingering)
              .setQueue(worker.queue));
    }
    return new Effect.Reply(command.getRequest(), reply.build());
  }

  private static List<Label> labels(WorkerRecord worker) {
    return worker.labels.entrySet().stream()
        .map(label -> Label.newBuilder().setKey(label.getKey()).setValue(label.getValue()).build())
        .toList();
  }

  /** A page of results, for the current holder of the publishing lease alone. */
  Effect completions(Command command, ListCompletionsRequest request) {
    TaskRecord task = state.task(request.getLease().getTask());
    boolean current =
        task != null
            && task.kind == TaskKind.PUBLISH
            && task.heldUnder(request.getLease().getEpoch()) != null;
    if (task == null || !current) {
      return new Effect.Refuse(
          command.getRequest(), Reason.PRECONDITION, "the lease for publishing is not current");
    }
    TaskRecord[] partitions = task.job.partitions;
    int limit = request.getLimit() <= 0 ? 1 : Math.min(MAX_COMPLETIONS, request.getLimit());
    int index =
        Integer.compareUnsigned(request.getFromIndex(), partitions.length) < 0
            ? request.getFromIndex()
            : partitions.length;
    ListCompletionsReply.Builder reply = ListCompletionsReply.newBuilder();
    int bytes = 0;
    while (index < partitions.length
        && reply.getCompletionsCount() < limit
        && bytes < MAX_PAGE_BYTES) {
      // What is in quarantine is left out.
      if (partitions[index].state == PartitionState.PARTITION_SUCCEEDED) {
        Completion completion = completion(partitions[index]);
        bytes += completion.getSerializedSize();
        reply.addCompletions(completion);
      }
      index++;
    }
    reply.setNextIndex(index < partitions.length ? index : 0);
    return new Effect.Reply(command.getRequest(), reply.build());
  }

  private static Completion completion(TaskRecord task) {
    Completion.Builder completion =
        Completion.newBuilder().setIndex(task.index).addAllSegments(task.segments);
    Result result = task.result();
    if (result != null) {
      completion.setResult(result);
    }
    return completion.build();
  }
}
