package dev.belay.coordinator.core;

import dev.belay.coordinator.core.Holdings.Change;
import dev.belay.coordinator.core.Holdings.Ended;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Desired;
import dev.belay.runtime.proto.Revocation;
import dev.belay.runtime.proto.SplitRequest;
import dev.belay.runtime.proto.ToWorker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What workers are told about what they should hold: the changes, or the whole. */
final class Announcements {
  private final ClusterState state;
  private final Liveness liveness;
  private final Yields yields;
  private final SplitRequests splits;

  Announcements(ClusterState state, Liveness liveness, Yields yields, SplitRequests splits) {
    this.state = state;
    this.liveness = liveness;
    this.yields = yields;
    this.splits = splits;
  }

  /**
   * What changed for whom since the last time; for those who are connected. The others get the
   * whole when they are back.
   */
  List<Effect> changes() {
    Map<String, Desired.Builder> byIncarnation = new LinkedHashMap<>();
    for (Change change : state.holdings.drainChanges()) {
      Desired.Builder desired = Desired.newBuilder().setDigest(change.digest());
      change.assigned().forEach(hold -> desired.addAssign(assignment(hold)));
      for (Ended ended : change.revoked()) {
        desired.addRevoke(
            Revocation.newBuilder().setLease(ended.lease()).setReason(ended.reason()));
      }
      byIncarnation.put(change.incarnation(), desired);
    }
    for (Yields.Asked asked : yields.drainUnsaid()) {
      if (asked.hold.current()) {
        desiredOf(asked.hold, byIncarnation).addYield(yielding(asked));
      }
    }
    for (Hold hold : splits.drainUnsaid()) {
      desiredOf(hold, byIncarnation).addSplit(splits.of(hold));
    }
    List<Effect> effects = new ArrayList<>();
    byIncarnation.forEach(
        (incarnation, desired) -> {
          WorkerRecord worker = liveness.connectedAs(incarnation);
          if (worker != null) {
            effects.add(new Effect.Send(worker.stream, ToWorker.newBuilder().setDesired(desired)));
          }
        });
    return effects;
  }

  private Desired.Builder desiredOf(Hold hold, Map<String, Desired.Builder> byIncarnation) {
    return byIncarnation.computeIfAbsent(
        hold.incarnation, i -> Desired.newBuilder().setDigest(state.holdings.of(i).digest));
  }

  Effect whole(long stream, String incarnation) {
    Holdings.Held held = state.holdings.of(incarnation);
    Desired.Builder desired = Desired.newBuilder().setWhole(true).setDigest(held.digest);
    for (Hold hold : held.holds) {
      desired.addAssign(assignment(hold));
      Yields.Asked asked = yields.of(hold);
      if (asked != null) {
        desired.addYield(yielding(asked));
      }
      SplitRequest split = splits.of(hold);
      if (split != null) {
        desired.addSplit(split);
      }
    }
    return new Effect.Send(stream, ToWorker.newBuilder().setDesired(desired));
  }

  private static Revocation yielding(Yields.Asked asked) {
    return Revocation.newBuilder().setLease(asked.hold.lease()).setReason(asked.reason).build();
  }

  private Assignment assignment(Hold hold) {
    TaskRecord task = hold.task;
    JobRecord job = task.job;
    Assignment.Builder assignment =
        Assignment.newBuilder()
            .setLease(hold.lease())
            .setSpec(job.spoken())
            .setKeyPrefix(state.prefix(job))
            .setSplits(job.partitions.length)
            .addAllCheckpoints(CheckpointRules.toRestore(hold))
            .setNextSequence(hold.lastSequence + 1)
            .setSpeculative(hold.speculative())
            .setBisect(task.toBeCut());
    if (task.bounds != null) {
      assignment.setBounds(task.bounds);
    }
    if (job.plan != null) {
      assignment.setPlan(job.plan);
    }
    if (job.manifest != null) {
      assignment.setManifest(job.manifest);
    }
    return assignment.build();
  }
}
