package dev.belay.jobs.cli;

import dev.belay.storage.ObjectStore;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Says once, while a command waits, what it waits for: a store that says nothing lets a request
 * fail minutes later only.
 */
final class Notice implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 200;

  private final Output output;
  private final BooleanSupplier due;
  private final String line;
  private final Thread thread = new Thread(this::watch, "belay-notice");

  Notice(Output output, BooleanSupplier due, String line) {
    this.output = output;
    this.due = due;
    this.line = line;
    thread.setDaemon(true);
    thread.start();
  }

  /** Of a store that this command reads, until it is closed. */
  static Notice ofSilence(Output output, ObjectStore store) {
    return new Notice(
        output,
        () -> store.silence().orElse(Duration.ZERO).compareTo(PATIENCE) >= 0,
        "belay: the store %s has not answered for over %d s, and is waited for"
            .formatted(store.describe(), PATIENCE.toSeconds()));
  }

  /** Of what takes long, until it is closed. */
  static Notice ofWaiting(Output output, String line) {
    long begin = System.nanoTime();
    return new Notice(output, () -> System.nanoTime() - begin >= PATIENCE.toNanos(), line);
  }

  private void watch() {
    try {
      while (!due.getAsBoolean()) {
        Thread.sleep(LOOK_MILLIS);
      }
      output.say(line);
    } catch (InterruptedException e) {
      // The command is through.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
