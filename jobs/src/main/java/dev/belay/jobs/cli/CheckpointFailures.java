package dev.belay.jobs.cli;

import dev.belay.storage.StoreException;

/** What a store's failure means for who looks at a checkpoint. */
final class CheckpointFailures {
  private CheckpointFailures() {}

  static CliException of(StoreException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case UNAVAILABLE ->
          new CliException(
              ExitCode.FAILED, "the store cannot be read from this machine: " + message, e);
      case CONFIGURATION, EXISTS -> new CliException(ExitCode.USAGE, message, e);
      case MISSING, CORRUPT, INCOMPATIBLE -> new CliException(ExitCode.FAILED, message, e);
    };
  }
}
