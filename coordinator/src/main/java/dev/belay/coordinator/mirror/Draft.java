package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.journal.RecordVolume;
import dev.belay.coordinator.journal.SnapshotImage;
import dev.belay.coordinator.mirror.MirrorStore.Wanted;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.ObjectsReleased;
import dev.belay.runtime.proto.Segment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A piece that is being made: which objects its records make live and which they release. What is
 * made live and released again before the piece's end need not be copied.
 */
final class Draft {
  private final String cluster;
  final @Nullable SnapshotImage snapshot;
  final List<ByteString> records = new ArrayList<>();
  private final Map<String, Wanted> made = new LinkedHashMap<>();
  private final Set<String> released = new LinkedHashSet<>();

  /** Jobs of which everything was released. */
  private final Set<String> emptied = new LinkedHashSet<>();

  long last;
  long bytes;

  /** Of the objects that its records made, released since or not. */
  long objectBytes;

  long newestMillis;

  /**
   * @param last the record after which it begins
   */
  Draft(String cluster, @Nullable SnapshotImage snapshot, long last) {
    this.cluster = cluster;
    this.snapshot = snapshot;
    this.last = last;
  }

  void add(JournalRecord record) {
    ByteString encoded = record.toByteString();
    records.add(encoded);
    bytes += encoded.size();
    objectBytes += RecordVolume.objects(record);
    last = record.getSequence();
    for (Event event : record.getEventsList()) {
      newestMillis = Math.max(newestMillis, event.getMillis());
      add(event);
    }
  }

  private void add(Event event) {
    switch (event.getKindCase()) {
      case JOB_PLANNED -> make(event.getJobPlanned().getPlan());
      case CHECKPOINT_COMMITTED ->
          madeBy(event.getCheckpointCommitted().getCheckpoint(), this::make);
      case PARTITION_SPLIT -> madeBy(event.getPartitionSplit().getCheckpoint(), this::make);
      case PARTITION_COMPLETED ->
          madeBy(event.getPartitionCompleted().getSegmentsList(), this::make);
      case OBJECTS_RELEASED -> release(event.getObjectsReleased());
      default -> {}
    }
  }

  private void make(ObjectRef object) {
    if (!object.getKey().isEmpty()) {
      make(wanted(object));
    }
  }

  private void make(Wanted object) {
    if (isLive(object.key())) {
      made.merge(object.key(), object, (old, one) -> old.length() == 0 ? one : old);
    }
  }

  private void release(ObjectsReleased event) {
    for (String key : event.getKeysList()) {
      made.remove(key);
      released.add(key);
    }
    if (event.getAll()) {
      String prefix = cluster + "/" + event.getJob() + "/";
      made.keySet().removeIf(key -> key.startsWith(prefix));
      emptied.add(prefix);
    }
  }

  /** Whether none of its records has released the object: those that have do so for good. */
  boolean isLive(String key) {
    return !released.contains(key) && emptied.stream().noneMatch(key::startsWith);
  }

  /** What it makes live, and is live still at its end. */
  List<Wanted> made() {
    return List.copyOf(made.values());
  }

  boolean makes(String key) {
    return made.containsKey(key);
  }

  /** All of it was said by earlier pieces. */
  void saysNothingNew() {
    made.clear();
    released.clear();
    emptied.clear();
  }

  /** Keys that it releases, whether they were made live in it or before. */
  Set<String> released() {
    return released;
  }

  /** Prefixes of jobs of which it releases everything. */
  Set<String> emptied() {
    return emptied;
  }

  /** The objects that a checkpoint needs, its own and others. */
  static void madeBy(Checkpoint checkpoint, Consumer<Wanted> out) {
    if (checkpoint.hasObject()) {
      out.accept(wanted(checkpoint.getObject()));
    }
    for (String key : checkpoint.getReferencesList()) {
      if (!key.equals(checkpoint.getObject().getKey())) {
        out.accept(new Wanted(key, 0, ByteString.EMPTY));
      }
    }
    madeBy(checkpoint.getSegmentsList(), out);
  }

  static void madeBy(List<Segment> segments, Consumer<Wanted> out) {
    segments.forEach(segment -> out.accept(wanted(segment.getObject())));
  }

  static Wanted wanted(ObjectRef object) {
    return new Wanted(object.getKey(), object.getLength(), object.getDigest());
  }
}
