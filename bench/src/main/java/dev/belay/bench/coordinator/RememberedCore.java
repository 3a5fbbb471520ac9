package dev.belay.bench.coordinator;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.journal.Replayed;
import dev.belay.coordinator.journal.SnapshotSource;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import java.util.function.Consumer;

/** A core that a journal can bring back and write down. */
public record RememberedCore(Core core) implements Replayed, SnapshotSource {
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
