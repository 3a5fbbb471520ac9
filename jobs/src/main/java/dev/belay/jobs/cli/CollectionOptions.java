package dev.belay.jobs.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How often a coordinator looks through its store for what nobody needs. */
final class CollectionOptions {
  private static final long LEAST_MILLIS = 1_000;
  private static final long MOST_MILLIS = 30L * 24 * 3600 * 1000;

  @Option(
      names = "--collect-every",
      paramLabel = "DURATION",
      defaultValue = "1h",
      description =
          "How often to delete what lies in the store and nobody needs, such as 10m or 1d; the"
              + " pause after one such look (default: ${DEFAULT-VALUE}). `belay checkpoints gc`"
              + " does it at once.")
  String every = "1h";

  Duration every() {
    long millis = Durations.millis(every);
    if (millis < LEAST_MILLIS || millis > MOST_MILLIS) {
      throw CliException.usage(
          "--collect-every " + every + " is no duration from 1s to 30d, such as 10m or 1h");
    }
    return Duration.ofMillis(millis);
  }
}
