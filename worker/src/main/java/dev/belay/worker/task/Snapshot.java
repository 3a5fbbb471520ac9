package dev.belay.worker.task;

import dev.belay.storage.StoreException;
import dev.belay.storage.checkpoint.CheckpointDraft;

/** What a checkpoint is made of: writes the sections that a restore will read. */
@FunctionalInterface
interface Snapshot {
  /**
   * Writes it, on the attempt's thread; afterwards the state may change. A section that did not
   * change since {@link CheckpointDraft#basis} may go by reference; where the basis does not have
   * it, as after a checkpoint that was in vain, it has to be written.
   *
   * @throws dev.belay.storage.state.UnwritableStateException if it cannot be saved
   */
  void writeTo(CheckpointDraft draft) throws StoreException;

  /** The checkpoint counts, or it does not and never will. On any thread, before the next one. */
  default void landed(boolean counts) {}
}
