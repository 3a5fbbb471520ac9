package dev.belay.coordinator;

import dev.belay.coordinator.core.Timing;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a coordinator is started with.
 *
 * @param host the address to listen on; anything but loopback lets anyone who can reach it submit
 *     jobs
 * @param port 0: any free one
 * @param data where the journal lies
 * @param store the URL of the store, told to every worker
 * @param collectEvery the pause between two looks through the store for garbage
 */
public record CoordinatorSettings(
    String host, int port, Path data, String store, Timing timing, Duration collectEvery) {
  /** How often garbage is collected unless somebody says so. */
  public static final Duration HOURLY = Duration.ofHours(1);

  public CoordinatorSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
    if (collectEvery.toMillis() < 1) {
      throw new IllegalArgumentException("garbage cannot be collected every " + collectEvery);
    }
  }

  public CoordinatorSettings(
      String host, int port, Path data, String store, Duration collectEvery) {
    this(host, port, data, store, Timing.DEFAULT, collectEvery);
  }

  public CoordinatorSettings(String host, int port, Path data, String store) {
    this(host, port, data, store, Timing.DEFAULT, HOURLY);
  }
}
