package dev.belay.coordinator.mirror;

import dev.belay.coordinator.journal.JournalSource;
import dev.belay.runtime.proto.MirrorStatus;
import dev.belay.runtime.text.Counted;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of how far a mirror is, for whoever asks; says what changes to the log. Written by
 * the mirror's threads, read by any.
 */
final class MirrorGauge {
  private static final Logger log = LoggerFactory.getLogger(MirrorGauge.class);

  /** A mirror that holds all but the last few seconds is up to date. */
  private static final long UP_TO_DATE_MILLIS = 10_000;

  private final String where;
  private final JournalSource journal;
  private final LongSupplier wallMillis;
  private final AtomicLong copiedBytes = new AtomicLong();

  /** Of the objects of the piece that is being made. */
  private volatile long pieceBytes;

  private MirrorStatus.State state = MirrorStatus.State.CATCHING_UP;
  private long sinceMillis;

  /** Since the mirror was last up to date. */
  private long heldUpSinceMillis;

  private String message = "";
  private long mirrored = -1;
  private long mirroredBytes;
  private long asOfMillis;
  private long piece;
  private long lostObjects;

  /** Whether this outage was told of. */
  private boolean warned;

  MirrorGauge(String where, JournalSource journal, LongSupplier wallMillis) {
    this.where = where;
    this.journal = journal;
    this.wallMillis = wallMillis;
    this.sinceMillis = wallMillis.getAsLong();
  }

  /** A piece is being made whose records made so many bytes of objects. */
  void copying(long bytes) {
    pieceBytes = bytes;
  }

  /** So many bytes of them are in the mirror. */
  void copied(long bytes) {
    copiedBytes.addAndGet(bytes);
  }

  /** What an earlier process left behind. */
  synchronized void found(long number, long millis) {
    piece = number;
    asOfMillis = millis;
  }

  /** The mirror holds everything up to a record. */
  synchronized void published(long number, long sequence, long bytes, long millis) {
    piece = number;
    mirrored = sequence;
    mirroredBytes = bytes;
    asOfMillis = millis;
    copiedBytes.set(0);
    pieceBytes = 0;
    boolean fresh = behindMillis() < UP_TO_DATE_MILLIS;
    enter(fresh ? MirrorStatus.State.UP_TO_DATE : MirrorStatus.State.CATCHING_UP, "");
  }

  /** There is nothing that it lacks. */
  synchronized void idle() {
    asOfMillis = wallMillis.getAsLong();
    enter(MirrorStatus.State.UP_TO_DATE, "");
  }

  /** A store did not answer; said once an outage. */
  synchronized void outOfReach(String why) {
    enter(MirrorStatus.State.OUT_OF_REACH, why);
  }

  /** It answers again. */
  synchronized void reached() {
    if (state == MirrorStatus.State.OUT_OF_REACH) {
      enter(MirrorStatus.State.CATCHING_UP, "");
    }
  }

  synchronized void fenced(String why) {
    enter(MirrorStatus.State.FENCED, why);
  }

  synchronized void lost(int objects, String example) {
    lostObjects += objects;
    log.warn(
        "{} of the mirror {} cannot be copied, such as {}: who recovers from it falls back behind"
            + " what needs them",
        Counted.of(objects, "object"),
        where,
        example);
  }

  private void enter(MirrorStatus.State next, String why) {
    message = why;
    warned &= next != MirrorStatus.State.UP_TO_DATE;
    if (state == next) {
      return;
    }
    state = next;
    sinceMillis = wallMillis.getAsLong();
    switch (next) {
      case UP_TO_DATE -> log.info("the mirror {} is up to date", where);
      case OUT_OF_REACH -> {
        if (warned) {
          // A request that got through in between was no end of it.
          sinceMillis = heldUpSinceMillis;
        } else {
          heldUpSinceMillis = sinceMillis;
          log.warn("the mirror {} is held up, trying on: {}", where, why);
        }
        warned = true;
      }
      case FENCED -> log.error("the mirror {} takes nothing any more: {}", where, why);
      default -> log.debug("the mirror {} is catching up", where);
    }
  }

  /**
   * What the mirror lacks, now that nothing is added any more; empty: nothing, or it was fenced.
   */
  synchronized Optional<String> left() {
    if (state == MirrorStatus.State.FENCED || mirrored == journal.synced()) {
      return Optional.empty();
    }
    return Optional.of(
        "the mirror %s lacks %s%s%s: start the coordinator again, and it is added"
            .formatted(
                where,
                mirrored < 0
                    ? "what this coordinator did"
                    : "the last %d records".formatted(journal.synced() - mirrored),
                asOfMillis == 0
                    ? ""
                    : ", of what was acknowledged after " + Instant.ofEpochMilli(asOfMillis),
                message.isEmpty() ? "" : " (" + message + ")"));
  }

  private long behindMillis() {
    return Math.max(0, wallMillis.getAsLong() - asOfMillis);
  }

  synchronized MirrorStatus status() {
    MirrorStatus.Builder status =
        MirrorStatus.newBuilder()
            .setUrl(where)
            .setState(state)
            .setSinceMillis(sinceMillis)
            .setMessage(message)
            .setPiece(piece)
            .setLostObjects(lostObjects);
    long synced = journal.synced();
    if (mirrored >= 0) {
      long copied = Math.min(copiedBytes.get(), pieceBytes);
      status
          .setRecordsBehind(Math.max(0, synced - mirrored))
          .setBytesBehind(Math.max(0, journal.syncedBytes() - mirroredBytes - copied));
    }
    if (asOfMillis != 0) {
      status.setMillisBehind(mirrored == synced ? 0 : behindMillis());
    }
    return status.build();
  }
}
