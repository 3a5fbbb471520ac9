package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.JournalRecord;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A journal that begins a new generation after a sync when the current one has grown. */
final class RollingJournal implements Journal {
  private static final Logger log = LoggerFactory.getLogger(RollingJournal.class);

  private final Generations generations;
  private final JournalSettings settings;
  private final LongConsumer begun;
  private final AutoCloseable background;
  private GenerationWriter current;
  private long first;
  private boolean closed;
  private volatile boolean rollWanted;
  private @Nullable JournalException failure;

  /** Makes a generation whose first record has the given sequence, durable. */
  @FunctionalInterface
  interface Generations {
    GenerationWriter create(long generation, long firstSequence) throws JournalException;
  }

  /**
   * @param begun told of each generation that begins
   * @param background closed with the journal
   */
  RollingJournal(
      GenerationWriter current,
      Generations generations,
      JournalSettings settings,
      LongConsumer begun,
      AutoCloseable background) {
    this.current = current;
    this.generations = generations;
    this.settings = settings;
    this.begun = begun;
    this.background = background;
    this.first = current.lastSequence() + 1;
  }

  @Override
  public void append(JournalRecord record) throws JournalException {
    requireUsable();
    if (record.getSequence() != current.lastSequence() + 1) {
      throw new IllegalArgumentException(
          "record " + record.getSequence() + " after " + current.lastSequence());
    }
    try {
      current.append(record);
    } catch (JournalException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void sync() throws JournalException {
    requireUsable();
    try {
      current.sync();
      boolean wanted = rollWanted && current.lastSequence() >= first;
      if (wanted
          || current.lastSequence() + 1 - first >= settings.rollRecords()
          || current.bytes() >= settings.rollBytes()) {
        roll();
      }
    } catch (JournalException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void rollSoon() {
    rollWanted = true;
  }

  private void roll() throws JournalException {
    rollWanted = false;
    GenerationWriter ended = current;
    first = ended.lastSequence() + 1;
    current = generations.create(ended.generation() + 1, first);
    ended.close();
    log.debug("Generation {} begins with record {}", current.generation(), first);
    begun.accept(current.generation());
  }

  private void requireUsable() throws JournalException {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (failure != null) {
      throw new JournalException(failure.getMessage() + " (it failed before)", failure);
    }
  }

  @Override
  public void close() throws JournalException {
    if (closed) {
      return;
    }
    closed = true;
    try (background) {
      current.close();
    } catch (JournalException e) {
      throw e;
    } catch (Exception e) {
      throw new JournalException("the journal could not be closed: " + Durable.reason(e), e);
    }
  }
}
