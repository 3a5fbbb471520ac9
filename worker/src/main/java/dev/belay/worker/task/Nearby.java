package dev.belay.worker.task;

import dev.belay.storage.cache.LocalCache;
import dev.belay.storage.checkpoint.CheckpointDraft;
import java.util.Collection;
import java.util.List;

/**
 * What of one partition's checkpoints is kept on this machine's own disk, so that an attempt that
 * begins here again fetches nothing: the objects of the newest one. Thread-safe.
 */
final class Nearby {
  private final LocalCache cache;
  private final String prefix;
  private final Background background;
  private boolean over;

  /**
   * @param prefix of the keys of all checkpoints of the partition
   */
  Nearby(LocalCache cache, String prefix, Background background) {
    this.cache = cache;
    this.prefix = prefix;
    this.background = background;
  }

  /** The store has it: its spool is of use still. */
  synchronized void stored(String key, CheckpointDraft draft) {
    if (!over) {
      cache.adopt(key, draft::moveTo);
    }
  }

  /** It counts: what it does not refer to is of no use any more. */
  void counts(Collection<String> references) {
    if (cache.isNone()) {
      return;
    }
    var unused =
        background.submit(
            () -> {
              cache.retain(prefix, references);
              return true;
            });
  }

  /** The partition is done. */
  void over() {
    synchronized (this) {
      over = true;
    }
    counts(List.of());
  }
}
