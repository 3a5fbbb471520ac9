package dev.belay.jobs.cli;

import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where checkpoints lie. */
final class StoreOptions {
  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "Where checkpoints lie, told to every worker that joins: file:/dir, a directory that all"
              + " of them see, or s3://bucket/prefix (default: below --data). Credentials are taken"
              + " by each process from its own environment or profile, as AWS tools take them;"
              + " s3://bucket/prefix?profile=NAME names the profile.")
  @Nullable String store;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description =
          "The server that speaks S3, such as http://127.0.0.1:9000 (default: as AWS tools find"
              + " it).")
  @Nullable String endpoint;

  boolean given() {
    return store != null || endpoint != null;
  }

  /** The store's URL. */
  String url(Path data) {
    String url = store != null ? store : Stores.url(data.resolve("store"));
    if (endpoint == null) {
      return url;
    }
    try {
      return Stores.at(url, endpoint);
    } catch (StoreException e) {
      throw CliException.usage(String.valueOf(e.getMessage()));
    }
  }
}
