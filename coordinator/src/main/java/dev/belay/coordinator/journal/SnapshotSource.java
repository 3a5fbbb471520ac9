package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.SnapshotEntry;

/** A state that can be written as a snapshot. */
@FunctionalInterface
public interface SnapshotSource {
  /**
   * Gives all entries: one header first (its format, generation and sequence are filled in by the
   * journal), then jobs and tasks. No footer: the journal writes it.
   */
  void writeTo(Sink sink) throws JournalException;

  /** Takes entries. */
  @FunctionalInterface
  interface Sink {
    void accept(SnapshotEntry entry) throws JournalException;
  }
}
