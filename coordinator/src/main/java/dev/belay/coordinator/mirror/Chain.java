package dev.belay.coordinator.mirror;

import com.google.protobuf.ByteString;
import dev.belay.coordinator.mirror.MirrorStore.Stored;
import dev.belay.runtime.proto.PieceHeader;
import dev.belay.runtime.proto.SnapshotPart;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a mirror as one process adds to them. A piece's name is its number, and the store
 * never puts one thing in the place of another: so each number has one piece for ever, whoever put
 * it, and who finds the next number taken knows that he is not alone.
 *
 * <p>What a process adds first is a snapshot. Until that is put it steps over what an earlier
 * process may have left on its way; from then on a number that is taken is the end. For one thread.
 */
final class Chain {
  private final Identity identity;
  private final MirrorStore store;
  private final Persistence persistence;

  private long next = 1;
  private ByteString previous = ByteString.EMPTY;
  private long base;
  private long olderBase;
  private long oldest = 1;
  private boolean begun;

  /**
   * Who mirrors.
   *
   * @param generation of the cluster's epochs
   * @param writer drawn for this process
   */
  record Identity(String cluster, int generation, String writer) {}

  /** What is known of a piece without having read all that is in it. */
  private record Found(PieceHeader header, ByteString digest) {}

  Chain(Identity identity, MirrorStore store, Persistence persistence) {
    this.identity = identity;
    this.store = store;
    this.persistence = persistence;
  }

  /**
   * Looks for what is there.
   *
   * @param synced the last record of the journal
   * @return the header of the last piece; null: there is none that can be read
   */
  @Nullable PieceHeader join(long synced) throws InterruptedException, FencedException {
    List<Stored> found = persistence.until(() -> store.list(PieceNames.ROOT));
    for (String cluster : PieceNames.clusters(found)) {
      if (!cluster.equals(identity.cluster())) {
        throw new FencedException(
            "it is that of cluster "
                + cluster
                + "; give each cluster's mirror a prefix of its own");
      }
    }
    NavigableMap<Long, Long> numbers = PieceNames.numbers(found, identity.cluster());
    if (numbers.isEmpty()) {
      return null;
    }
    oldest = numbers.firstKey();
    next = numbers.lastKey() + 1;
    for (long number : numbers.descendingKeySet()) {
      Found piece = find(number).orElse(null);
      if (piece != null) {
        require(piece.header(), synced);
        previous = number == next - 1 ? piece.digest() : ByteString.EMPTY;
        base = piece.header().getBase();
        return piece.header();
      }
    }
    return null;
  }

  private void require(PieceHeader header, long synced) throws FencedException {
    int order = Integer.compareUnsigned(header.getEpochGeneration(), identity.generation());
    if (order > 0) {
      throw new FencedException(
          "the cluster goes on elsewhere%s as generation %s, since %s: what this coordinator still does is lost"
              .formatted(
                  header.hasTakeover() ? ", on " + header.getTakeover().getHost() + "," : "",
                  Integer.toUnsignedString(header.getEpochGeneration()),
                  Instant.ofEpochMilli(header.getMillis())));
    }
    if (order == 0 && header.getLastSequence() > synced) {
      throw new FencedException(
          "it holds record %d, and this coordinator's journal ends with %d: the data directory is an older copy"
              .formatted(header.getLastSequence(), synced));
    }
  }

  /** The number that the next piece will have, if nobody was before. */
  long next() {
    return next;
  }

  /**
   * Adds a piece; when this returns it is in the store.
   *
   * @param draft closed for changes
   * @param millis see {@link PieceHeader#getMillis}
   * @throws FencedException if another one has gone on
   */
  void put(Draft draft, long millis, long newestMillis, long synced)
      throws InterruptedException, FencedException, IOException {
    while (true) {
      Piece piece = new Piece(header(draft, millis, newestMillis), draft.snapshot, draft.records);
      String name = PieceNames.of(identity.cluster(), next);
      if (persistence.until(() -> store.put(name, piece::writeTo)) || isOwn(piece, synced)) {
        begun = true;
        previous = piece.digest();
        base = piece.header().getBase();
        olderBase = piece.header().getOlderBase();
        next++;
        return;
      }
    }
  }

  /** The number is taken: by this very piece, whose put was reported as failed; or by another. */
  private boolean isOwn(Piece piece, long synced)
      throws InterruptedException, FencedException, IOException {
    Found there = find(next).orElse(null);
    if (there != null && there.digest().equals(piece.digest())) {
      return true;
    }
    if (there != null) {
      require(there.header(), synced);
    }
    if (begun) {
      throw new FencedException(
          "another coordinator of this cluster adds to it (piece "
              + next
              + "): only one may use this data directory, or a copy of it");
    }
    previous = there == null ? ByteString.EMPTY : there.digest();
    next++;
    return false;
  }

  private PieceHeader header(Draft draft, long millis, long newestMillis) throws IOException {
    PieceHeader.Builder header =
        PieceHeader.newBuilder()
            .setCluster(identity.cluster())
            .setEpochGeneration(identity.generation())
            .setNumber(next)
            .setWriter(identity.writer())
            .setPrevious(previous)
            .setMillis(millis)
            .setBase(draft.snapshot == null ? base : next)
            .setOlderBase(draft.snapshot == null ? olderBase : base)
            .setLastSequence(draft.last)
            .setNewestMillis(newestMillis)
            .setRecords(draft.records.size());
    if (draft.snapshot != null) {
      header.setSnapshot(
          SnapshotPart.newBuilder()
              .setJournalGeneration(draft.snapshot.generation())
              .setSequence(draft.snapshot.sequence())
              .setLength(draft.snapshot.length()));
    }
    return header.build();
  }

  /** Deletes the pieces that no recovery would begin with any more. */
  void trim() throws InterruptedException {
    while (oldest < olderBase) {
      String name = PieceNames.of(identity.cluster(), oldest);
      persistence.done(() -> store.delete(name));
      oldest++;
    }
  }

  private Optional<Found> find(long number) throws InterruptedException {
    return persistence.until(() -> read(PieceNames.of(identity.cluster(), number)));
  }

  private Optional<Found> read(String name) throws IOException {
    try (InputStream in = store.open(name, 0)) {
      if (in == null) {
        return Optional.empty();
      }
      PieceHeader header = PieceReader.header(in, Long.MAX_VALUE);
      return Optional.of(new Found(header, last(in)));
    } catch (DamagedPieceException | EOFException e) {
      return Optional.empty();
    }
  }

  /** The digest, which stands at the end. */
  private static ByteString last(InputStream in) throws IOException {
    byte[] kept = new byte[0];
    byte[] buffer = new byte[1 << 16];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      ByteString all = ByteString.copyFrom(kept).concat(ByteString.copyFrom(buffer, 0, count));
      kept = all.substring(Math.max(0, all.size() - Piece.DIGEST_BYTES)).toByteArray();
    }
    return ByteString.copyFrom(kept);
  }
}
