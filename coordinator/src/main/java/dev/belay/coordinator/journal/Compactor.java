package dev.belay.coordinator.journal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes snapshots beside the running journal, on a thread of its own: from the files, by replaying
 * the snapshot before and the generations that have ended since, so that nobody waits and the
 * living state is not touched. When it fails nothing is lost but time at the next start.
 */
final class Compactor<S extends Replayed & SnapshotSource> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Compactor.class);
  private static final long END_SECONDS = 10;

  private final Layout layout;
  private final Replay<S> replay;
  private final Pruner pruner;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "journal-compactor");
            made.setDaemon(true);
            return made;
          });

  Compactor(Layout layout, Replay<S> replay, Pruner pruner) {
    this.layout = layout;
    this.replay = replay;
    this.pruner = pruner;
  }

  /** Asks for the snapshot of a generation that has begun; returns at once. */
  void request(long generation) {
    thread.execute(() -> compact(generation));
  }

  private void compact(long generation) {
    try {
      Recovery<S> before = replay.before(generation);
      SnapshotFile.write(
          layout.snapshot(generation), generation, before.lastSequence(), before.target());
      pruner.keep(generation, before.snapshotGeneration());
      log.debug("Snapshot {} covers record {}", generation, before.lastSequence());
    } catch (JournalException | RuntimeException e) {
      if (thread.isShutdown()) {
        log.debug("Snapshot {} was given up", generation, e);
      } else {
        log.warn("Snapshot {} failed and is left to the next: {}", generation, e.getMessage(), e);
      }
    }
  }

  /** Gives up a snapshot that is being made. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        log.warn("A snapshot is still being made after {} s", END_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
