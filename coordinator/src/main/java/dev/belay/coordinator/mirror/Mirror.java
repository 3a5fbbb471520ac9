package dev.belay.coordinator.mirror;

import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.journal.JournalSource;
import dev.belay.coordinator.journal.SnapshotImage;
import dev.belay.coordinator.mirror.MirrorStore.Outcome;
import dev.belay.coordinator.mirror.MirrorStore.Stored;
import dev.belay.coordinator.mirror.MirrorStore.Wanted;
import dev.belay.runtime.proto.PieceHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the journal from its files, step by step: reads what was synced since, copies the objects
 * that it makes live, and adds it to the mirror as a piece; then deletes from the mirror what that
 * piece released. The core's loop knows nothing of it, and what is not mirrored yet waits on the
 * disk, not in memory. When the journal does not have it any more, or is far ahead, the mirror goes
 * on from the newest snapshot.
 *
 * <p>What holds at every moment: the state as of the last piece that is put is one that the journal
 * went through, and everything that is live in it lies in the mirror. So objects come before the
 * piece that makes them live, and go after the one that releases them.
 *
 * <p>For one thread.
 */
final class Mirror {
  private static final Logger log = LoggerFactory.getLogger(Mirror.class);

  /** So far behind a snapshot, it is the shorter way. */
  private static final long FAR_RECORDS = 10_000;

  private static final long ASK_AGAIN_MILLIS = 60_000;

  /** All keys are called by the epoch of who wrote them. */
  private static final Pattern GENERATION = Pattern.compile("/(\\d{1,10})-[^/]*$");

  private final String cluster;
  private final int generation;
  private final JournalSource journal;
  private final MirrorStore store;
  private final MirrorSettings settings;
  private final MirrorGauge gauge;
  private final Persistence persistence;
  private final Chain chain;
  private final Copies copies;
  private final LongSupplier wallMillis;

  /** Of a deletion that follows once the piece is put. */
  private final List<String> orphans = new ArrayList<>();

  /** Jobs that had objects in the mirror since this process began, by the prefix of their keys. */
  private final Set<String> jobs = new LinkedHashSet<>();

  private boolean joined;

  /**
   * The last record that the mirror holds; -1: not known, the next piece begins with a snapshot.
   */
  private long position = -1;

  private long positionBytes;
  private long positionMillis;
  private long newestMillis;
  private long askedMillis;
  private long baseSequence;
  private long bytesSinceBase;
  private int piecesSinceBase;

  Mirror(
      Chain.Identity identity,
      JournalSource journal,
      MirrorStore store,
      MirrorSettings settings,
      MirrorGauge gauge,
      Persistence persistence,
      ExecutorService pool,
      LongSupplier wallMillis) {
    this.cluster = identity.cluster();
    this.generation = identity.generation();
    this.journal = journal;
    this.store = store;
    this.settings = settings;
    this.gauge = gauge;
    this.persistence = persistence;
    this.chain = new Chain(identity, store, persistence);
    this.copies = new Copies(store, persistence, gauge, pool);
    this.wallMillis = wallMillis;
  }

  /** The piece would have to grow too large, or the journal does not have its records any more. */
  private static final class TooFarBehind extends Exception {
    private static final long serialVersionUID = 1;

    TooFarBehind(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Adds a piece if there is anything to add.
   *
   * @return whether there is more to do at once
   * @throws FencedException it is over
   */
  boolean step() throws InterruptedException, FencedException, IOException {
    if (!joined) {
      requireFit();
      PieceHeader last = chain.join(journal.synced());
      if (last != null) {
        gauge.found(last.getNumber(), last.getMillis());
      }
      joined = true;
    }
    try {
      return position < 0 ? fromSnapshot() : goOn();
    } catch (TooFarBehind e) {
      log.debug("the mirror goes on from a snapshot: {}", e.getMessage(), e);
      position = -1;
      askForSnapshot();
      return false;
    }
  }

  /** Whether there is nothing to add. */
  boolean holdsAll() {
    return position >= 0 && position == journal.synced();
  }

  /** One that was out of reach at the start was tried out by nobody yet. */
  private void requireFit() throws InterruptedException, FencedException {
    String why = persistence.until(() -> Optional.ofNullable(store.unfit())).orElse(null);
    if (why != null) {
      throw new FencedException("it " + why);
    }
  }

  // ---- piece by piece

  private boolean goOn() throws InterruptedException, FencedException, IOException, TooFarBehind {
    if (journal.synced() == position) {
      gauge.idle();
      return false;
    }
    if (baseIsDue() && renewBase()) {
      return true;
    }
    Draft draft = new Draft(cluster, null, position);
    long millis = wallMillis.getAsLong();
    long bytes = journal.syncedBytes();
    boolean all = read(draft, settings.pieceBytes());
    if (!all && journal.newestSnapshotSequence() - draft.last > FAR_RECORDS) {
      throw new TooFarBehind("a snapshot is far ahead", null);
    }
    copy(draft);
    publish(
        draft,
        all ? millis : draft.newestMillis,
        all ? bytes : positionBytes + draft.bytes + draft.objectBytes);
    return journal.synced() - position > FAR_RECORDS || !all;
  }

  /** Reads on, so far at most; returns whether that was all that is synced. */
  private boolean read(Draft draft, long mostBytes) throws TooFarBehind {
    long synced = journal.synced();
    try {
      journal.read(
          draft.last,
          synced,
          record -> {
            draft.add(record);
            return draft.bytes < mostBytes;
          });
    } catch (JournalException e) {
      throw new TooFarBehind(String.valueOf(e.getMessage()), e);
    }
    return draft.last == synced;
  }

  /**
   * Copies what the draft makes live. What the source does not have may have been released in the
   * meantime: then the draft grows until it says so itself. What is still live at its end and
   * cannot be had is lost, and does not hold up the rest.
   */
  private void copy(Draft draft) throws InterruptedException, TooFarBehind {
    Map<String, Outcome> lost = new LinkedHashMap<>();
    while (true) {
      gauge.copying(draft.objectBytes);
      for (Wanted object : draft.made()) {
        if (!lost.containsKey(object.key())) {
          copies.begin(object);
        }
      }
      Map<String, Outcome> failures = copies.failures();
      if (failures.isEmpty()) {
        break;
      }
      lost.putAll(failures);
      // What was deleted by now was released by now, and that is synced.
      if (journal.synced() > draft.last && !read(draft, settings.draftBytes())) {
        throw new TooFarBehind("what is to be copied is gone already", null);
      }
    }
    lost.keySet().removeIf(key -> !draft.isLive(key));
    if (!lost.isEmpty()) {
      Map.Entry<String, Outcome> one = lost.entrySet().iterator().next();
      gauge.lost(lost.size(), one.getKey() + " (" + one.getValue() + " in the store)");
    }
  }

  private void publish(Draft draft, long millis, long bytes)
      throws InterruptedException, FencedException, IOException {
    newestMillis = Math.max(newestMillis, draft.newestMillis);
    chain.put(draft, millis, newestMillis, journal.synced());
    position = draft.last;
    positionBytes = bytes;
    positionMillis = millis;
    if (draft.snapshot != null) {
      baseSequence = draft.snapshot.sequence();
      bytesSinceBase = 0;
      piecesSinceBase = 0;
    }
    bytesSinceBase += draft.bytes;
    piecesSinceBase++;
    gauge.published(chain.next() - 1, position, bytes, millis);
    draft.made().forEach(object -> jobs.add(Inventory.jobOf(object.key())));
    deleteReleased(draft);
    chain.trim();
  }

  /** Only now, and only what this process's own piece has released. */
  private void deleteReleased(Draft draft) throws InterruptedException {
    for (String key : draft.released()) {
      copies.delete(key);
    }
    for (String prefix : draft.emptied()) {
      empty(prefix);
    }
    for (String key : orphans) {
      if (!draft.makes(key) && !isOfLaterGeneration(key)) {
        copies.delete(key);
      }
    }
    orphans.clear();
  }

  private void empty(String prefix) throws InterruptedException {
    for (Stored stored : persistence.until(() -> store.list(prefix))) {
      if (!isOfLaterGeneration(stored.key())) {
        copies.delete(stored.key());
      }
    }
    jobs.remove(prefix);
  }

  /**
   * Whether the object is of somebody who goes on elsewhere. None that this mirror may delete is,
   * as things are; but what he has is not to hang on that.
   */
  private boolean isOfLaterGeneration(String key) {
    Matcher name = GENERATION.matcher(key);
    return name.find() && Long.parseLong(name.group(1)) > Integer.toUnsignedLong(generation);
  }

  // ---- snapshots

  private boolean baseIsDue() {
    return bytesSinceBase >= settings.baseBytes() || piecesSinceBase >= settings.basePieces();
  }

  private void askForSnapshot() {
    long now = wallMillis.getAsLong();
    if (Math.abs(now - askedMillis) >= ASK_AGAIN_MILLIS) {
      askedMillis = now;
      journal.snapshotSoon();
    }
  }

  /**
   * Once many pieces follow the last snapshot, another one: so that a recovery reads little, and
   * older pieces can go. It says nothing new, so there is nothing to copy.
   */
  private boolean renewBase() throws InterruptedException, FencedException, IOException {
    long sequence = journal.newestSnapshotSequence();
    if (sequence <= baseSequence) {
      askForSnapshot();
    }
    if (sequence <= baseSequence || sequence > position) {
      return false;
    }
    try (SnapshotImage newest = journal.newestSnapshot()) {
      if (newest == null || newest.sequence() != sequence) {
        return false;
      }
      Draft draft = new Draft(cluster, newest, sequence);
      if (sequence < position) {
        journal.read(
            sequence,
            position,
            record -> {
              draft.add(record);
              return draft.bytes < settings.draftBytes();
            });
      }
      if (draft.last < position) {
        askForSnapshot();
        return false;
      }
      draft.saysNothingNew();
      publish(draft, positionMillis, positionBytes);
      return true;
    }
  }

  /** Begins with the newest snapshot that the journal has, and all that it keeps alive. */
  private boolean fromSnapshot()
      throws InterruptedException, FencedException, IOException, TooFarBehind {
    try (SnapshotImage newest = journal.newestSnapshot()) {
      if (newest == null) {
        return false;
      }
      orphans.clear();
      new Inventory(cluster, store, persistence, copies, jobs, orphans).take(newest);
      Draft draft = new Draft(cluster, newest, newest.sequence());
      long millis = wallMillis.getAsLong();
      long bytes = journal.syncedBytes();
      if (journal.synced() > draft.last && !read(draft, settings.draftBytes())) {
        throw new TooFarBehind("the journal went on too far meanwhile", null);
      }
      copy(draft);
      publish(draft, millis, bytes);
      return true;
    }
  }
}
