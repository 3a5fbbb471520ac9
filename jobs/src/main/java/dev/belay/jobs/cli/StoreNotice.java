package dev.belay.jobs.cli;

import dev.belay.storage.ObjectStore;
import java.time.Duration;

/**
 * Says once, while a command reads a store, that the store says nothing: what the command has asked
 * it fails minutes later only.
 */
final class StoreNotice implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 500;

  private final Output output;
  private final ObjectStore store;
  private final Thread thread = new Thread(this::watch, "belay-store-notice");

  /** Watches until it is closed. */
  StoreNotice(Output output, ObjectStore store) {
    this.output = output;
    this.store = store;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try {
      while (store.silence().orElse(Duration.ZERO).compareTo(PATIENCE) < 0) {
        Thread.sleep(LOOK_MILLIS);
      }
      output.say(
          "belay: the store %s has not answered for over %d s, and is waited for"
              .formatted(store.describe(), PATIENCE.toSeconds()));
    } catch (InterruptedException e) {
      // The command is through.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
