package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.journal.KnownMessages;
import dev.belay.coordinator.journal.Replayed;
import dev.belay.coordinator.journal.SnapshotImage;
import dev.belay.coordinator.mirror.MirrorStore.Stored;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.PieceHeader;
import dev.belay.runtime.proto.Takeover;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a state again from a mirror: the newest snapshot that is whole, and the records of the
 * pieces since, each piece verified before anything of it counts. Where a piece is damaged it ends
 * with the one before.
 *
 * @param <S> the state
 */
public final class MirrorReader<S extends Replayed> {
  private final MirrorStore store;
  private final Supplier<S> fresh;
  private final Path scratch;
  private final Set<String> damages = new LinkedHashSet<>();

  private S target;
  private String cluster = "";
  private long sequence = -1;
  private long journalGeneration;
  private int generation;
  private @Nullable PieceHeader last;
  private ByteString digest = ByteString.EMPTY;
  private @Nullable PieceHeader takenOver;

  private MirrorReader(MirrorStore store, Supplier<S> fresh, Path scratch) {
    this.store = store;
    this.fresh = fresh;
    this.scratch = scratch;
    this.target = fresh.get();
  }

  /**
   * What was read.
   *
   * @param generation of epochs, of the last piece
   * @param lastSequence of the journal
   * @param journalGeneration the last that was seen
   * @param asOfMillis by the writer's wall clock: what was acknowledged before is in the state
   * @param newestMillis when the newest record was decided
   * @param nextNumber of the piece that would follow
   * @param base the piece that was begun with
   * @param takeover if the cluster goes on elsewhere already; null: it does not
   * @param takeoverMillis when that was
   * @param damages what could not be read, a line each; what lies behind it is lost
   */
  public record Found<S>(
      S state,
      String cluster,
      int generation,
      long lastSequence,
      long journalGeneration,
      long asOfMillis,
      long newestMillis,
      long nextNumber,
      long base,
      @Nullable Takeover takeover,
      long takeoverMillis,
      List<String> damages) {}

  /**
   * Reads all that is needed; changes nothing.
   *
   * @param scratch a directory for as large a file as the snapshot
   * @throws RecoveryException if there is no state to be had, with one line for people
   */
  public static <S extends Replayed> Found<S> read(
      MirrorStore store, Supplier<S> fresh, Path scratch) throws IOException {
    return new MirrorReader<>(store, fresh, scratch).read();
  }

  private Found<S> read() throws IOException {
    List<Stored> stored = store.list(PieceNames.ROOT);
    Set<String> clusters = PieceNames.clusters(stored);
    if (clusters.isEmpty()) {
      throw new RecoveryException(
          store.describe() + " holds no mirror: name the place that was given as --mirror");
    }
    if (clusters.size() > 1) {
      throw new RecoveryException(
          "%s holds the mirrors of several clusters (%s): a mirror needs a prefix of its own"
              .formatted(store.describe(), String.join(", ", clusters)));
    }
    cluster = clusters.iterator().next();
    NavigableMap<Long, Long> lengths = PieceNames.numbers(stored, cluster);
    PieceHeader newest = newestHeader(lengths);
    long base = begin(newest, lengths);
    PieceHeader end = last;
    if (end == null) {
      throw new IllegalStateException("a state without a piece");
    }
    PieceHeader taken = takenOver;
    return new Found<>(
        target,
        cluster,
        generation,
        sequence,
        journalGeneration,
        end.getMillis(),
        end.getNewestMillis(),
        lengths.lastKey() + 1,
        base,
        taken == null ? null : taken.getTakeover(),
        taken == null ? 0 : taken.getMillis(),
        List.copyOf(damages));
  }

  /** Of the last piece that is whole: where to begin is not to be taken from a damaged one. */
  private PieceHeader newestHeader(NavigableMap<Long, Long> lengths) throws IOException {
    for (Map.Entry<Long, Long> piece : lengths.descendingMap().entrySet()) {
      try (InputStream in = store.open(PieceNames.of(cluster, piece.getKey()), 0)) {
        if (in != null) {
          return PieceReader.read(in, piece.getValue(), scratch.resolve("last.snapshot")).header();
        }
      } catch (DamagedPieceException | EOFException e) {
        // Said once it is read for what it holds.
        continue;
      }
    }
    throw new RecoveryException(
        "no piece of the mirror in "
            + store.describe()
            + " can be read: there is nothing to go on");
  }

  /** Tries the newest snapshot, then the one before; returns the piece that it lies in. */
  private long begin(PieceHeader newest, NavigableMap<Long, Long> lengths) throws IOException {
    for (long base : new long[] {newest.getBase(), newest.getOlderBase()}) {
      if (lengths.containsKey(base)) {
        try (Prefetch pieces = new Prefetch(store, cluster, lengths, scratch)) {
          if (from(base, lengths, pieces)) {
            return base;
          }
        }
      }
    }
    throw new RecoveryException(
        "no snapshot of the mirror in %s can be read (%s): there is nothing to go on"
            .formatted(store.describe(), String.join("; ", damages)));
  }

  private boolean from(long base, NavigableMap<Long, Long> lengths, Prefetch pieces)
      throws IOException {
    long expected = base;
    for (long number : lengths.tailMap(base, true).keySet()) {
      try {
        if (number != expected) {
          throw new DamagedPieceException("it is missing");
        }
        take(number, pieces.read(number));
      } catch (DamagedPieceException e) {
        damages.add("piece " + expected + " is damaged: " + e.getMessage());
        if (last == null) {
          return false;
        }
        digest = ByteString.EMPTY;
        if (!goesOn(number, lengths)) {
          return true;
        }
      }
      expected = number + 1;
    }
    return last != null;
  }

  /**
   * Whether a damaged piece held nothing but what others hold too: the next one fits without it.
   */
  private boolean goesOn(long damaged, NavigableMap<Long, Long> lengths) throws IOException {
    Long next = lengths.higherKey(damaged);
    if (next == null || next != damaged + 1) {
      return false;
    }
    try (InputStream in = store.open(PieceNames.of(cluster, next), 0)) {
      if (in == null) {
        return false;
      }
      PieceHeader header = PieceReader.header(in, Long.MAX_VALUE);
      return header.getLastSequence() - header.getRecords() == sequence;
    } catch (DamagedPieceException | EOFException e) {
      return false;
    }
  }

  private void take(long number, PieceReader.Content piece)
      throws IOException, DamagedPieceException {
    PieceHeader header = piece.header();
    if (header.getNumber() != number || !header.getCluster().equals(cluster)) {
      throw new DamagedPieceException("it is another one");
    }
    if (!digest.isEmpty()
        && !header.getPrevious().isEmpty()
        && !header.getPrevious().equals(digest)) {
      throw new DamagedPieceException("it does not follow the one before");
    }
    Path snapshot = piece.snapshot();
    if (snapshot != null) {
      takeSnapshot(header, snapshot);
    }
    for (JournalRecord record : piece.records()) {
      KnownMessages.require(record, store.describe());
      takeRecord(record);
    }
    if (sequence != header.getLastSequence()) {
      throw new DamagedPieceException("it ends with another record than it says");
    }
    generation = header.getEpochGeneration();
    digest = piece.digest();
    if (header.hasTakeover()) {
      takenOver = header;
    } else {
      last = header;
      takenOver = null;
    }
  }

  /** What is behind a state that was reached without it is of no use. */
  private void takeSnapshot(PieceHeader header, Path file) throws IOException {
    long covers = header.getSnapshot().getSequence();
    if (covers > sequence) {
      target = fresh.get();
      journalGeneration = header.getSnapshot().getJournalGeneration();
      try (SnapshotImage image = SnapshotImage.open(file, journalGeneration)) {
        image.entries(target::entry);
        sequence = image.sequence();
      }
    }
    Files.deleteIfExists(file);
  }

  private void takeRecord(JournalRecord record) throws DamagedPieceException {
    if (record.getSequence() > sequence + 1) {
      throw new DamagedPieceException("it begins behind record " + (sequence + 1));
    }
    if (record.getSequence() == sequence + 1) {
      target.record(record);
      sequence = record.getSequence();
      journalGeneration = Math.max(journalGeneration, record.getJournalGeneration());
    }
  }
}
