package dev.belay.jobs.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.jobs.cli.view.Table.Column;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CollectGarbageReply;
import dev.belay.runtime.proto.JobGarbage;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.Progress;
import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Lists of checkpoints and of garbage, for people and for programs. */
public final class CheckpointViews {
  private CheckpointViews() {}

  public static Table table() {
    return new Table(
        Column.number("PART"),
        Column.number("SEQ"),
        Column.word("EPOCH"),
        Column.number("AGE"),
        Column.number("DONE"),
        Column.number("STATE"),
        Column.number("STORED"),
        Column.number("OBJECTS"),
        Column.note("NOTE"));
  }

  public static void rows(Table table, ListCheckpointsReply page, long nowMillis) {
    for (KeptCheckpoint kept : page.getCheckpointsList()) {
      Checkpoint checkpoint = kept.getCheckpoint();
      table.row(
          kept.getPartition(),
          Long.toUnsignedString(checkpoint.getSequence()),
          Epochs.text(checkpoint.getEpoch()),
          checkpoint.getCreatedMillis() == 0
              ? "-"
              : Human.duration(nowMillis - checkpoint.getCreatedMillis()),
          progress(checkpoint.getProgress()),
          Human.bytes(checkpoint.getBytes()),
          Human.bytes(checkpoint.getStoredBytes()),
          kept.getReferences(),
          kept.getUnusable().isEmpty() ? "" : "unusable: " + kept.getUnusable());
    }
  }

  /**
   * Why there is nothing to list.
   *
   * @param partition the only one that was asked for; null: all
   */
  public static String none(ListCheckpointsReply job, @Nullable String partition) {
    if (job.getRemovedMillis() != 0) {
      return "what %s had stored was removed at %s"
          .formatted(job.getJobId(), Retention.time(job.getRemovedMillis()));
    }
    return partition == null
        ? job.getJobId() + " has no checkpoints"
        : "partition %s of %s has no checkpoints".formatted(partition, job.getJobId());
  }

  static String progress(Progress progress) {
    return progress.getTotal() != 0
        ? Human.share(progress.getDone(), progress.getTotal())
        : progress.getDone() == 0 ? "-" : Human.count(progress.getDone());
  }

  public static void list(JsonGenerator json, Iterable<ListCheckpointsReply> pages)
      throws IOException {
    Iterator<ListCheckpointsReply> page = pages.iterator();
    ListCheckpointsReply job = page.next();
    json.writeStartObject();
    json.writeStringField("jobId", job.getJobId());
    json.writeStringField("name", job.getName());
    json.writeStringField("state", Names.of(job.getState()));
    json.writeStringField("store", job.getStore());
    json.writeNumberField("partitions", job.getPartitions());
    if (job.getRemovedMillis() == 0) {
      json.writeNullField("removedMillis");
    } else {
      json.writeNumberField("removedMillis", job.getRemovedMillis());
    }
    json.writeArrayFieldStart("checkpoints");
    for (ListCheckpointsReply next = job;
        next != null;
        next = page.hasNext() ? page.next() : null) {
      for (KeptCheckpoint kept : next.getCheckpointsList()) {
        json.writeStartObject();
        fields(json, kept);
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Of one checkpoint, inside an object that the caller opens and closes. */
  static void fields(JsonGenerator json, KeptCheckpoint kept) throws IOException {
    Checkpoint checkpoint = kept.getCheckpoint();
    json.writeNumberField("partition", kept.getPartition());
    json.writeStringField("partitionState", Names.of(kept.getPartitionState()));
    identity(json, checkpoint);
    json.writeNumberField("storedBytes", checkpoint.getStoredBytes());
    json.writeStringField("key", checkpoint.getObject().getKey());
    json.writeNumberField("objectBytes", checkpoint.getObject().getLength());
    json.writeNumberField("objects", kept.getReferences());
    json.writeNumberField("segments", kept.getSegments());
    json.writeNumberField("segmentBytes", kept.getSegmentBytes());
    if (kept.getUnusable().isEmpty()) {
      json.writeNullField("unusable");
    } else {
      json.writeStringField("unusable", kept.getUnusable());
    }
  }

  /** What a checkpoint says of itself. */
  static void identity(JsonGenerator json, Checkpoint checkpoint) throws IOException {
    json.writeNumberField("sequence", checkpoint.getSequence());
    json.writeObjectFieldStart("epoch");
    json.writeNumberField(
        "generation", Integer.toUnsignedLong(checkpoint.getEpoch().getGeneration()));
    json.writeNumberField("counter", checkpoint.getEpoch().getCounter());
    json.writeEndObject();
    json.writeNumberField("createdMillis", checkpoint.getCreatedMillis());
    json.writeObjectFieldStart("progress");
    json.writeNumberField("done", checkpoint.getProgress().getDone());
    if (checkpoint.getProgress().getTotal() == 0) {
      json.writeNullField("total");
    } else {
      json.writeNumberField("total", checkpoint.getProgress().getTotal());
    }
    json.writeEndObject();
    json.writeNumberField("bytes", checkpoint.getBytes());
  }

  public static Table garbage(CollectGarbageReply reply) {
    Table table =
        new Table(
            Column.word("JOB"),
            Column.number("OBJECTS"),
            Column.number("BYTES"),
            Column.number("UPLOADS"));
    for (JobGarbage job : reply.getJobsList()) {
      table.row(job.getJobId(), job.getObjects(), Human.bytes(job.getBytes()), job.getUploads());
    }
    return table;
  }

  public static void garbage(JsonGenerator json, CollectGarbageReply reply, boolean dryRun)
      throws IOException {
    json.writeStartObject();
    json.writeBooleanField("dryRun", dryRun);
    json.writeNumberField("objects", reply.getObjects());
    json.writeNumberField("bytes", reply.getBytes());
    json.writeNumberField("left", reply.getLeft());
    json.writeArrayFieldStart("jobs");
    for (JobGarbage job : reply.getJobsList()) {
      json.writeStartObject();
      json.writeStringField("jobId", job.getJobId());
      json.writeNumberField("objects", job.getObjects());
      json.writeNumberField("bytes", job.getBytes());
      json.writeNumberField("uploads", job.getUploads());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
