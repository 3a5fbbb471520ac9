package dev.belay.storage.checkpoint;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.format.InFlight;
import dev.belay.storage.format.ObjectKind;
import dev.belay.storage.format.ObjectReader;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/**
 * Writes a checkpoint as one object, which refers to chunks of earlier ones, and reads back exactly
 * the one that was recorded, or fails. A checkpoint that was written means nothing until the
 * journal names it.
 *
 * <p>One for a process: it bounds the memory of all that go through it at a time, however large
 * they are. Safe for use by many threads.
 */
public final class CheckpointStore {
  /** The section that a plain state is in. */
  public static final String STATE = "state";

  private static final long IN_FLIGHT = 64L << 20;

  private final ObjectStore store;
  private final Executor executor;
  private final InFlight inFlight = new InFlight(IN_FLIGHT);

  /** Works on the JVM's common pool. */
  public CheckpointStore(ObjectStore store) {
    this(store, ForkJoinPool.commonPool());
  }

  /**
   * As a process has it.
   *
   * @param executor does what may wait: spools, and reads ahead; compressing is for the common pool
   */
  public CheckpointStore(ObjectStore store, Executor executor) {
    this.store = store;
    this.executor = executor;
  }

  /**
   * Begins a checkpoint; the calling thread writes it.
   *
   * @param scratch asked, if need be, for a directory for what does not stay in memory; it is made
   * @param basis what need not be written again; {@link Basis#NONE} for a checkpoint that is whole
   */
  public CheckpointDraft draft(Supplier<Path> scratch, Basis basis) {
    return new CheckpointDraft(store, executor, inFlight, scratch, basis);
  }

  /**
   * Opens a checkpoint: reads all but its chunks.
   *
   * @throws StoreException CORRUPT if what lies there is not the checkpoint that was recorded,
   *     MISSING if nothing does
   */
  public StoredCheckpoint open(Checkpoint wanted) throws StoreException {
    ObjectReader reader = ObjectReader.open(store, wanted.getObject(), ObjectKind.CHECKPOINT);
    StoredCheckpoint stored = new StoredCheckpoint(reader, executor, inFlight);
    Checkpoint found = stored.identity();
    if (found.getSequence() != wanted.getSequence()
        || !found.getEpoch().equals(wanted.getEpoch())
        || !stored.isConsistent()) {
      throw new StoreException(
          Kind.CORRUPT,
          "checkpoint "
              + wanted.getObject().getKey()
              + " is unusable: it is another checkpoint than the one recorded");
    }
    return stored;
  }
}
