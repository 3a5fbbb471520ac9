package dev.belay.bench.scale;

import dev.belay.coordinator.journal.Journal;
import dev.belay.runtime.proto.JournalRecord;

/** Remembers nothing: what is left is what deciding costs. */
final class ForgetfulJournal implements Journal {
  @Override
  public void append(JournalRecord record) {}

  @Override
  public void sync() {}

  @Override
  public void close() {}
}
