package dev.belay.coordinator.journal;

import java.nio.file.Path;

/** Snapshots for tests of who reads them. */
public final class SnapshotFiles {
  private SnapshotFiles() {}

  public static void write(Path file, long generation, long sequence, SnapshotSource source)
      throws JournalException {
    SnapshotFile.write(file, generation, sequence, source);
  }
}
