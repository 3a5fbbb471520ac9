package dev.belay.coordinator.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a state again from the newest snapshot that verifies and the records since.
 *
 * <p>A generation's journal is durable before its snapshot gets its name, and is deleted after it.
 * So beside a snapshot there lie its generation's journal and all later ones, without a gap; the
 * newest may be empty, or still without a header when its creation was cut off.
 */
final class Replay<S extends Replayed> {
  private static final Logger log = LoggerFactory.getLogger(Replay.class);
  private static final long OPEN_END = 0;

  private final Layout layout;
  private final Supplier<S> fresh;

  Replay(Layout layout, Supplier<S> fresh) {
    this.layout = layout;
    this.fresh = fresh;
  }

  /** Up to the last record that was appended. */
  Recovery<S> all() throws JournalException {
    return from(layout.snapshotGenerations(), Long.MAX_VALUE);
  }

  /** Up to the last record before this generation, which exists. */
  Recovery<S> before(long generation) throws JournalException {
    List<Long> snapshots =
        layout.snapshotGenerations().stream().filter(one -> one < generation).toList();
    return from(snapshots, generation);
  }

  private Recovery<S> from(List<Long> snapshots, long before) throws JournalException {
    List<Long> newestFirst = new ArrayList<>(snapshots);
    Collections.reverse(newestFirst);
    for (long snapshot : newestFirst) {
      S target = fresh.get();
      long sequence;
      try {
        sequence = SnapshotFile.read(layout.snapshot(snapshot), snapshot, target::entry);
      } catch (DamagedException e) {
        log.warn("{}; trying the one before", e.getMessage());
        continue;
      }
      return journals(target, snapshot, sequence, before);
    }
    return journals(fresh.get(), 0, 0, before);
  }

  private Recovery<S> journals(S target, long snapshot, long sequence, long before)
      throws JournalException {
    List<Long> generations =
        layout.generations().stream().filter(one -> one >= snapshot && one <= before).toList();
    requireNoGap(generations, snapshot);
    List<GenerationReader> readers = open(generations);
    if (snapshot != 0 && (readers.isEmpty() || readers.get(0).generation() != snapshot)) {
      throw missing(snapshot);
    }
    long last = sequence;
    for (int i = 0; i < readers.size(); i++) {
      GenerationReader reader = readers.get(i);
      if (reader.firstSequence() != last + 1) {
        throw refused(
            "generation %d begins with record %d, but the last one before it is %d"
                .formatted(reader.generation(), reader.firstSequence(), last));
      }
      if (reader.generation() < before) {
        long end = i + 1 < readers.size() ? readers.get(i + 1).firstSequence() : OPEN_END;
        last = reader.read(end, target::record);
      }
    }
    long newest = generations.isEmpty() ? 0 : generations.get(generations.size() - 1);
    return new Recovery<>(target, last, newest, last - sequence, snapshot);
  }

  private void requireNoGap(List<Long> generations, long snapshot) throws JournalException {
    long expected = Math.max(snapshot, 1);
    for (long generation : generations) {
      if (generation != expected) {
        throw missing(expected);
      }
      expected++;
    }
    if (generations.isEmpty() && !layout.snapshotGenerations().isEmpty()) {
      throw missing(expected);
    }
  }

  private List<GenerationReader> open(List<Long> generations) throws JournalException {
    List<GenerationReader> readers = new ArrayList<>();
    for (long generation : generations) {
      GenerationReader reader = GenerationReader.open(layout.generation(generation));
      if (reader != null) {
        readers.add(reader);
      }
    }
    return readers;
  }

  private JournalException missing(long generation) {
    return refused("generation " + generation + " is missing");
  }

  private JournalException refused(String what) {
    return new JournalException(
        "the journal "
            + layout.journal()
            + " is incomplete: "
            + what
            + "; restore the data directory from a copy, or start with another --data");
  }
}
