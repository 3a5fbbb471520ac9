package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Segment;
import java.util.List;

/**
 * How much a record weighs for who copies a journal and the objects that it makes live: about,
 * since a checkpoint repeats the segments of the one before. Segments count with the completion.
 */
public final class RecordVolume {
  private RecordVolume() {}

  /** In bytes: the record's own, and those of its objects. */
  public static long of(JournalRecord record) {
    return record.getSerializedSize() + objects(record);
  }

  /** In bytes: those of its objects alone. */
  public static long objects(JournalRecord record) {
    long bytes = 0;
    for (Event event : record.getEventsList()) {
      bytes +=
          switch (event.getKindCase()) {
            case JOB_PLANNED -> event.getJobPlanned().getPlan().getLength();
            case CHECKPOINT_COMMITTED ->
                event.getCheckpointCommitted().getCheckpoint().getObject().getLength();
            case PARTITION_SPLIT ->
                event.getPartitionSplit().getCheckpoint().getObject().getLength();
            case PARTITION_COMPLETED -> segments(event.getPartitionCompleted().getSegmentsList());
            default -> 0;
          };
    }
    return bytes;
  }

  private static long segments(List<Segment> segments) {
    return segments.stream().mapToLong(segment -> segment.getObject().getLength()).sum();
  }
}
