package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what no recovery would read any more. What cannot be deleted is left, with a warning. */
final class Pruner {
  private static final Logger log = LoggerFactory.getLogger(Pruner.class);

  private final Layout layout;

  Pruner(Layout layout) {
    this.layout = layout;
  }

  /**
   * Keeps two snapshots that were verified, and the journals since the older; 0 as the older stands
   * for the empty state before the first record.
   */
  void keep(long newest, long older) {
    try {
      for (long snapshot : layout.snapshotGenerations()) {
        if (snapshot < newest && snapshot != older) {
          Files.delete(layout.snapshot(snapshot));
        }
      }
      Durable.forceDirectory(layout.snapshots());
      for (long generation : layout.generations()) {
        if (generation < older) {
          layout.generation(generation).delete();
        }
      }
    } catch (IOException e) {
      log.warn("What is no longer needed could not be deleted below {}", layout.root(), e);
    }
  }

  /** Deletes what a snapshot left that was being written when the coordinator died. */
  void deleteUnfinished() {
    try (Stream<Path> files = Files.list(layout.snapshots())) {
      for (Path file : files.filter(one -> one.toString().endsWith(".tmp")).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      log.warn("An unfinished snapshot could not be deleted in {}", layout.snapshots(), e);
    }
  }
}
