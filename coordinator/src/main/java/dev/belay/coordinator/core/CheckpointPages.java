package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.proto.QuarantinedCheckpoint;
import dev.belay.runtime.proto.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The checkpoints that a job has, page by page. Changes nothing. */
final class CheckpointPages {
  private static final int LIMIT = 1_000;
  private static final int MAX_LIMIT = 10_000;
  private static final int MAX_LOOKS = 10_000;

  /** A page is over with the checkpoint that makes it larger. */
  private static final int MAX_BYTES = 1 << 20;

  private final JobNames names;
  private final String store;

  /**
   * @param store where they lie
   */
  CheckpointPages(JobNames names, String store) {
    this.names = names;
    this.store = store;
  }

  Effect list(Command command, ListCheckpointsRequest request) {
    JobNames.Found found = names.newest(request.getJob());
    JobRecord job = found.job();
    if (job == null) {
      return found.refusal(command.getRequest());
    }
    ListCheckpointsReply.Builder page =
        ListCheckpointsReply.newBuilder()
            .setJobId(job.id)
            .setName(job.name())
            .setState(job.state)
            .setStore(store)
            .setPartitions(job.partitions.length)
            .setRemovedMillis(job.objectsGoneMillis)
            .setNote(found.message());
    if (job.plan != null && !job.objectsGone) {
      page.setPlan(job.plan);
    }
    if (!job.objectsGone) {
      fill(job, request, page);
    }
    return new Effect.Reply(command.getRequest(), page.build());
  }

  private static void fill(
      JobRecord job, ListCheckpointsRequest request, ListCheckpointsReply.Builder page) {
    int limit = request.getLimit() <= 0 ? LIMIT : Math.min(MAX_LIMIT, request.getLimit());
    int from = request.hasOnlyPartition() ? request.getOnlyPartition() : request.getFromPartition();
    int end = request.hasOnlyPartition() ? from + 1 : job.partitions.length;
    if (Integer.compareUnsigned(from, job.partitions.length) >= 0) {
      return;
    }
    int place = Math.max(0, request.getFromPlace());
    int bytes = 0;
    for (int index = from; index < end; index++) {
      List<KeptCheckpoint> kept = kept(job.partitions[index], request);
      for (; place < kept.size(); place++) {
        if (page.getCheckpointsCount() == limit || bytes >= MAX_BYTES) {
          page.setNextPartition(index).setNextPlace(place);
          return;
        }
        page.addCheckpoints(kept.get(place));
        bytes += kept.get(place).getSerializedSize();
      }
      place = 0;
      if (index - from == MAX_LOOKS && index + 1 < end) {
        page.setNextPartition(index + 1);
        return;
      }
    }
  }

  private static List<KeptCheckpoint> kept(TaskRecord task, ListCheckpointsRequest request) {
    List<KeptCheckpoint> all = new ArrayList<>();
    boolean done = task.state == PartitionState.PARTITION_SUCCEEDED;
    Map<String, QuarantinedCheckpoint> bad = new LinkedHashMap<>();
    task.quarantined.forEach(one -> bad.put(one.getKey(), one));
    if (!done || task.job.keepsSuccess()) {
      for (Checkpoint checkpoint : task.checkpoints) {
        KeptCheckpoint.Builder kept = described(task, checkpoint, request.getWhole());
        // A second attempt may have found so what the first one goes on from.
        QuarantinedCheckpoint known = bad.remove(checkpoint.getObject().getKey());
        all.add((known == null ? kept : kept.setUnusable(known.getMessage())).build());
      }
    }
    if (!done || !request.getNewest()) {
      for (QuarantinedCheckpoint one : bad.values()) {
        all.add(
            described(task, checkpoint(one), request.getWhole())
                .setUnusable(one.getMessage())
                .build());
      }
    }
    if (request.getNewest()) {
      newest(all);
    }
    if (done && request.getWhole() && !task.segments.isEmpty()) {
      all.add(of(task, task.segments).addAllOutput(task.segments).build());
    }
    return all;
  }

  /** Leaves the newest that is usable; where none is, the newest. */
  private static void newest(List<KeptCheckpoint> all) {
    Comparator<KeptCheckpoint> order =
        Comparator.<KeptCheckpoint, Boolean>comparing(one -> one.getUnusable().isEmpty())
            .thenComparing(one -> one.getCheckpoint().getSequence(), Long::compareUnsigned);
    all.stream().max(order).ifPresent(one -> all.retainAll(List.of(one)));
  }

  /** Older journals know no more of one than its name. */
  private static Checkpoint checkpoint(QuarantinedCheckpoint bad) {
    return bad.hasCheckpoint()
        ? bad.getCheckpoint()
        : Checkpoint.newBuilder()
            .setSequence(bad.getSequence())
            .setObject(ObjectRef.newBuilder().setKey(bad.getKey()))
            .build();
  }

  private static KeptCheckpoint.Builder described(
      TaskRecord task, Checkpoint checkpoint, boolean whole) {
    return of(task, checkpoint.getSegmentsList())
        .setReferences(checkpoint.getReferencesCount())
        .setCheckpoint(
            whole ? checkpoint : checkpoint.toBuilder().clearReferences().clearSegments().build());
  }

  private static KeptCheckpoint.Builder of(TaskRecord task, List<Segment> segments) {
    return KeptCheckpoint.newBuilder()
        .setPartition(task.index)
        .setPartitionState(task.state)
        .setSegments(segments.size())
        .setSegmentBytes(segments.stream().mapToLong(Segment::getBytes).sum());
  }
}
