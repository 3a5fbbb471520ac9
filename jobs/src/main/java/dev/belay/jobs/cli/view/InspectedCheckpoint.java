package dev.belay.jobs.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.belay.jobs.cli.view.Table.Column;
import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.CheckpointIdentity;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.text.Counted;
import dev.belay.storage.checkpoint.CheckpointContents;
import dev.belay.storage.checkpoint.CheckpointContents.Share;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One checkpoint in full: what the journal records of it, and what its manifest says.
 *
 * @param job whose it is
 * @param kept as recorded
 * @param newest whether its partition would go on from it
 * @param stored as it lies there
 * @param place where that is, as other tools name it
 */
public record InspectedCheckpoint(
    ListCheckpointsReply job,
    KeptCheckpoint kept,
    boolean newest,
    CheckpointContents stored,
    String place) {

  /** One that no journal speaks of. */
  public static InspectedCheckpoint inFile(CheckpointContents stored, String file) {
    CheckpointIdentity identity = stored.identity();
    Checkpoint checkpoint =
        identity.getCheckpoint().toBuilder()
            .setObject(stored.object())
            .setStoredBytes(stored.object().getLength())
            .build();
    return new InspectedCheckpoint(
        ListCheckpointsReply.newBuilder().setJobId(identity.getTask().getJob()).build(),
        KeptCheckpoint.newBuilder()
            .setPartition(identity.getTask().getIndex())
            .setCheckpoint(checkpoint)
            .setSegments(checkpoint.getSegmentsCount())
            .setSegmentBytes(
                checkpoint.getSegmentsList().stream().mapToLong(Segment::getBytes).sum())
            .build(),
        false,
        stored,
        file);
  }

  private int chunks() {
    return stored.shares().stream().mapToInt(Share::chunks).sum();
  }

  private Share own() {
    return stored.shares().get(0);
  }

  private long readBytes() {
    return stored.shares().stream().mapToLong(Share::bytes).sum();
  }

  /** For people; {@link #objects} belongs below. */
  public List<String> lines(long nowMillis) {
    Checkpoint checkpoint = kept.getCheckpoint();
    Progress progress = checkpoint.getProgress();
    int reused = chunks() - own().chunks();
    List<String> lines = new ArrayList<>();
    field(
        lines,
        "job",
        job.getName().isEmpty() ? job.getJobId() : job.getJobId() + ", " + job.getName());
    field(lines, "partition", Integer.toUnsignedString(kept.getPartition()));
    field(
        lines,
        "sequence",
        Long.toUnsignedString(checkpoint.getSequence()) + (newest ? ", the newest" : ""));
    field(lines, "unusable", kept.getUnusable());
    field(lines, "epoch", Epochs.text(checkpoint.getEpoch()));
    field(
        lines,
        "taken",
        Retention.time(checkpoint.getCreatedMillis())
            + ", "
            + Human.duration(nowMillis - checkpoint.getCreatedMillis())
            + " ago");
    field(
        lines,
        "progress",
        progress.getTotal() == 0
            ? Long.toUnsignedString(progress.getDone())
            : "%s (%s of %s)"
                .formatted(
                    Human.share(progress.getDone(), progress.getTotal()),
                    Long.toUnsignedString(progress.getDone()),
                    Long.toUnsignedString(progress.getTotal())));
    field(lines, "state", Human.bytes(checkpoint.getBytes()));
    field(
        lines,
        "stored",
        Human.bytes(checkpoint.getStoredBytes())
            + " by this one; a restore reads "
            + Human.bytes(readBytes()));
    field(lines, "chunks", chunks() + ": " + own().chunks() + " new, " + reused + " reused");
    if (stored.parts().size() > 1) {
      stored
          .parts()
          .forEach(
              part ->
                  field(
                      lines,
                      "section",
                      "%s, %s in %s"
                          .formatted(
                              part.name(),
                              Human.bytes(part.bytes()),
                              Counted.of(part.chunks(), "chunk"))));
    }
    field(
        lines,
        "output",
        kept.getSegments() == 0
            ? "none"
            : Counted.of(kept.getSegments(), "segment")
                + ", "
                + Human.bytes(kept.getSegmentBytes()));
    field(lines, "lies at", place);
    lines.add("");
    return lines;
  }

  private static void field(List<String> lines, String name, String value) {
    if (!value.isEmpty()) {
      lines.add(String.format("%-10s %s", name + ":", Human.line(value)));
    }
  }

  /** What it is made of. */
  public Table objects() {
    Table table = new Table(Column.number("CHUNKS"), Column.number("BYTES"), Column.word("OBJECT"));
    for (Share share : stored.shares()) {
      table.row(share.chunks(), Human.bytes(share.bytes()), share.key());
    }
    return table;
  }

  public void document(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("jobId", job.getJobId());
    CheckpointViews.fields(json, kept);
    json.writeBooleanField("newest", newest);
    json.writeNumberField("chunks", chunks());
    json.writeNumberField("newChunks", own().chunks());
    json.writeNumberField("reusedChunks", chunks() - own().chunks());
    json.writeNumberField("readBytes", readBytes());
    json.writeStringField("place", place);
    json.writeArrayFieldStart("references");
    for (Share share : stored.shares()) {
      json.writeStartObject();
      json.writeStringField("key", share.key());
      json.writeNumberField("chunks", share.chunks());
      json.writeNumberField("bytes", share.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("sections");
    for (CheckpointContents.Part part : stored.parts()) {
      json.writeStartObject();
      json.writeStringField("name", part.name());
      json.writeNumberField("chunks", part.chunks());
      json.writeNumberField("bytes", part.bytes());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
