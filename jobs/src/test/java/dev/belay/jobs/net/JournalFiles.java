package dev.belay.jobs.net;

import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.journal.Replayed;
import dev.belay.coordinator.journal.SnapshotSource;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.SnapshotEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads what a coordinator that is gone left behind: the newest snapshot, and what came since. */
final class JournalFiles {
  /** What was read, as it was read. */
  static final class Content implements Replayed, SnapshotSource {
    final List<SnapshotEntry> snapshot = new ArrayList<>();
    final List<JournalRecord> records = new ArrayList<>();

    @Override
    public void entry(SnapshotEntry entry) {
      snapshot.add(entry);
    }

    @Override
    public void record(JournalRecord record) {
      records.add(record);
    }

    @Override
    public void writeTo(Consumer<SnapshotEntry> out) {
      snapshot.forEach(out);
    }
  }

  private JournalFiles() {}

  static Content read(Path data) throws JournalException {
    try (DataDirectory directory = DataDirectory.open(data)) {
      return new JournalStore<>(directory, Content::new, JournalSettings.defaults())
          .recover()
          .target();
    }
  }
}
