package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.JournalRecord;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A journal as somebody sees it who follows it from outside: what is on the device, read back from
 * there, so that who writes it never waits for who reads it. For one thread.
 */
public interface JournalSource {
  /** The last record that is on the device. */
  long synced();

  /** The {@link RecordVolume} of all records that were synced since this process began. */
  long syncedBytes();

  /**
   * Gives the records after one that was read, in order, as far as the sink wants more.
   *
   * @param upTo the last that may be read, at most {@link #synced}
   * @throws JournalException if there they are no more: go on from a snapshot
   */
  void read(long after, long upTo, Predicate<JournalRecord> sink) throws JournalException;

  /** The last record that the newest snapshot covers, as its file says; -1: there is none. */
  long newestSnapshotSequence() throws JournalException;

  /** The newest snapshot, read and verified, to be closed; null: there is none yet. */
  @Nullable SnapshotImage newestSnapshot() throws JournalException;

  /** Asks for a newer snapshot, which comes once something was synced; returns at once. */
  void snapshotSoon();
}
