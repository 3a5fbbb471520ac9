package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.JournalRecord;

/**
 * The log of decisions. For one thread, the core's loop, which must not be interrupted while it is
 * in here: an interrupt closes the file.
 *
 * <pre>
 *   for (JournalRecord record : batch) journal.append(record);
 *   journal.sync();
 *   // only now may anyone see what the batch decided
 * </pre>
 *
 * Once a call has failed nobody knows what lies on the device, so every later call but {@link
 * #close} throws too: the process must end, and start again from what can be read back.
 */
public interface Journal extends AutoCloseable {
  /**
   * Adds a record, whose sequence must be the last one plus 1; its generation is filled in here.
   */
  void append(JournalRecord record) throws JournalException;

  /** Returns when everything appended is on the device, and throws when it is not. */
  void sync() throws JournalException;

  /**
   * Asks that a new generation begins with one of the next syncs, and its snapshot is made in the
   * background. From any thread; returns at once.
   */
  default void rollSoon() {}

  /** Ends without a last sync. */
  @Override
  void close() throws JournalException;
}
