package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.SnapshotEntry;
import java.util.function.Consumer;

/** A state that can be written as a snapshot. */
@FunctionalInterface
public interface SnapshotSource {
  /**
   * Gives all entries: one header (its format, generation and sequence are filled in by the
   * journal), then jobs and tasks. No footer: the journal writes it.
   */
  void writeTo(Consumer<SnapshotEntry> out);
}
