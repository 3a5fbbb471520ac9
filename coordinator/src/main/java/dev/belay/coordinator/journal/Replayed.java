package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;

/** A state that is being made again: first the entries of a snapshot, then the records since. */
public interface Replayed {
  /** The header first, then what {@link SnapshotSource} wrote after it, in its order. */
  void entry(SnapshotEntry entry);

  void record(JournalRecord record);
}
