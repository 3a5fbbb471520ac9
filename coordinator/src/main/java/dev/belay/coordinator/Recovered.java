package dev.belay.coordinator;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.journal.Replayed;
import dev.belay.coordinator.journal.SnapshotSource;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import java.util.function.Consumer;

/**
 * A core as the journal sees it: something that is made again from entries and records, and can be
 * written as a snapshot.
 */
final class Recovered implements Replayed, SnapshotSource {
  final Core core;

  Recovered(Core core) {
    this.core = core;
  }

  @Override
  public void entry(SnapshotEntry entry) {
    core.restore(entry);
  }

  @Override
  public void record(JournalRecord record) {
    record.getEventsList().forEach(core::apply);
  }

  @Override
  public void writeTo(Consumer<SnapshotEntry> out) {
    core.snapshot(out);
  }
}
