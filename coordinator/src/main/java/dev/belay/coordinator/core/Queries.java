package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Effect.Refuse.Reason;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Completion;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.ListJobsReply;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.WorkerDescription;
import java.util.List;

/** What people ask. Changes nothing. */
final class Queries {
  private static final int MAX_COMPLETIONS = 1000;

  /** So that a page of completions stays well under what a message may be. */
  private static final int MAX_PAGE_BYTES = 1 << 20;

  private final ClusterState state;
  private final Liveness liveness;
  private final Descriptions descriptions;

  Queries(ClusterState state, Liveness liveness, Descriptions descriptions) {
    this.state = state;
    this.liveness = liveness;
    this.descriptions = descriptions;
  }

  Effect list(Command command) {
    ListJobsReply.Builder reply = ListJobsReply.newBuilder();
    state.jobs.values().forEach(job -> reply.addJobs(descriptions.summary(job)));
    return new Effect.Reply(command.getRequest(), reply.build());
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
