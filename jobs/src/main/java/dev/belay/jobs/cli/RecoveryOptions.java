package dev.belay.jobs.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a coordinator goes on from. */
final class RecoveryOptions {
  @Option(
      names = "--recover-from",
      paramLabel = "URL",
      description =
          "Go on with the cluster of a lost region, from what was its --mirror, which is the store"
              + " from now on. Needs a new --data directory; given again with that one, it just"
              + " starts there. --s3-endpoint names the mirror's server.")
  @Nullable String recoverFrom;

  @Option(
      names = "--recover-again",
      description =
          "With --recover-from: even if somebody recovered from that mirror before, whose data"
              + " directory is lost and who must not run any more.")
  boolean again;
}
