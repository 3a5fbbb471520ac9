package dev.belay.jobs.cli;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How this process comes to the store that a coordinator names. */
final class JobStore {
  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description =
          "The server that speaks S3, where this machine finds it elsewhere than the coordinator"
              + " does.")
  @Nullable String endpoint;

  /**
   * Opens it; opens no connection.
   *
   * @param url as the coordinator names it
   */
  ObjectStore open(String url) {
    try {
      return Stores.open(endpoint == null ? url : Stores.at(url, endpoint));
    } catch (StoreException e) {
      throw CliException.usage(String.valueOf(e.getMessage()));
    }
  }
}
