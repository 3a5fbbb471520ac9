package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.JournalRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A journal to write to that says how far it is on the device, and its files to read along: the
 * writer leaves a number behind and knows nothing of readers.
 */
public final class JournalFeed implements Journal, JournalSource {
  private final Journal journal;
  private final Layout layout;

  private long appended;
  private long appendedBytes;
  private volatile long synced;
  private volatile long syncedBytes;

  /** Where the last reading ended; null: nowhere yet. */
  private @Nullable Place place;

  private record Place(GenerationReader reader, GenerationReader.Mark mark) {}

  /**
   * @param root the data directory
   * @param lastSequence of the journal, all of which is on the device
   */
  public JournalFeed(Journal journal, Path root, long lastSequence) {
    this.journal = journal;
    this.layout = new Layout(root);
    this.synced = lastSequence;
    this.appended = lastSequence;
  }

  // ---- for the writer

  @Override
  public void append(JournalRecord record) throws JournalException {
    journal.append(record);
    appended = record.getSequence();
    appendedBytes += RecordVolume.of(record);
  }

  @Override
  public void sync() throws JournalException {
    journal.sync();
    syncedBytes = appendedBytes;
    synced = appended;
  }

  @Override
  public void rollSoon() {
    journal.rollSoon();
  }

  @Override
  public void close() throws JournalException {
    journal.close();
  }

  // ---- for the reader

  @Override
  public long synced() {
    return synced;
  }

  @Override
  public long syncedBytes() {
    return syncedBytes;
  }

  @Override
  public void snapshotSoon() {
    rollSoon();
  }

  @Override
  public void read(long after, long upTo, Predicate<JournalRecord> sink) throws JournalException {
    Place from = place;
    if (from == null || from.mark().last() != after) {
      from = find(after);
    }
    Sieve wanted = new Sieve(after, sink);
    GenerationReader.Mark mark = from.mark();
    while (true) {
      mark = from.reader().readOn(mark, upTo, wanted);
      place = new Place(from.reader(), mark);
      if (mark.last() >= upTo || wanted.ended) {
        return;
      }
      GenerationReader next =
          GenerationReader.open(layout.generation(from.reader().generation() + 1));
      if (next == null || next.firstSequence() != mark.last() + 1) {
        throw gone(mark.last() + 1);
      }
      from = new Place(next, next.start());
      mark = from.mark();
    }
  }

  /** Skips what lies before, and notes when no more is wanted. */
  private static final class Sieve implements Predicate<JournalRecord> {
    private final long after;
    private final Predicate<JournalRecord> sink;
    private boolean ended;

    Sieve(long after, Predicate<JournalRecord> sink) {
      this.after = after;
      this.sink = sink;
    }

    @Override
    public boolean test(JournalRecord record) {
      ended = record.getSequence() > after && !sink.test(record);
      return !ended;
    }
  }

  /** The start of the newest generation that begins at or before the record after this one. */
  private Place find(long after) throws JournalException {
    List<Long> generations = layout.generations();
    for (int i = generations.size() - 1; i >= 0; i--) {
      GenerationReader reader = GenerationReader.open(layout.generation(generations.get(i)));
      if (reader != null && reader.firstSequence() <= after + 1) {
        return new Place(reader, reader.start());
      }
    }
    throw gone(after + 1);
  }

  private JournalException gone(long sequence) {
    return new JournalException(
        "record %d is not in %s any more".formatted(sequence, layout.journal()));
  }

  @Override
  public @Nullable SnapshotImage newestSnapshot() throws JournalException {
    List<Long> snapshots = layout.snapshotGenerations();
    JournalException failure = null;
    for (int i = snapshots.size() - 1; i >= 0; i--) {
      try {
        return SnapshotImage.open(layout.snapshot(snapshots.get(i)), snapshots.get(i));
      } catch (JournalException e) {
        // Damaged, or deleted meanwhile: the one before.
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return null;
  }

  @Override
  public long newestSnapshotSequence() throws JournalException {
    List<Long> snapshots = layout.snapshotGenerations();
    return snapshots.isEmpty()
        ? -1
        : SnapshotReader.sequence(layout.snapshot(snapshots.get(snapshots.size() - 1)));
  }

  /** Whether a data directory holds a journal, or anything of one. */
  public static boolean isBegun(Path root) {
    Layout layout = new Layout(root);
    return Files.exists(layout.journal()) || Files.exists(layout.snapshots());
  }
}
