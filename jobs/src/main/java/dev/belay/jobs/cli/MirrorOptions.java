package dev.belay.jobs.cli;

import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where everything is copied to. */
final class MirrorOptions {
  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description =
          "Copy checkpoints, plans, segments and the coordinator's journal to this second store,"
              + " continuously: s3://other-bucket/prefix or file:/dir. With ?profile=NAME it has"
              + " credentials of its own. If this region is lost, coordinator --recover-from goes"
              + " on from there. `belay cluster` shows how far it is.")
  @Nullable String mirror;

  @Option(
      names = "--mirror-endpoint",
      paramLabel = "URL",
      description = "The mirror's server that speaks S3 (default: as AWS tools find it).")
  @Nullable String endpoint;

  /** The mirror's URL; null: there is none. */
  @Nullable String url() {
    if (mirror == null) {
      if (endpoint != null) {
        throw CliException.usage("--mirror-endpoint is of no use without --mirror");
      }
      return null;
    }
    return at(mirror, endpoint);
  }

  /** A store's URL through an endpoint, if one is given. */
  static String at(String url, @Nullable String endpoint) {
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
