package dev.belay.jobs.cli;

import dev.belay.jobs.cli.local.LocalSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How large the cluster of a run is. */
final class RunOptions {
  private static final int MOST = 1000;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many worker processes (default: one fewer than cores, within 2 to 4).")
  @Nullable Integer workers;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "How many partitions each works on at a time (default: so many that, when one worker"
              + " dies, the others' slots still cover all cores).")
  @Nullable Integer slots;

  @Mixin StoreOptions store;

  @Mixin MirrorOptions mirror;

  @Mixin CollectionOptions collection;

  @Option(
      names = "--minio",
      description =
          "Keep checkpoints in a MinIO server that is started for this run, and whose data lies in"
              + " its directory (needs minio on the PATH or in MINIO_BIN, or Docker).")
  boolean minio;

  @Option(names = "--wait", description = "Taken as submit takes it; a run always waits.")
  boolean wait;

  LocalSettings settings(Path data) {
    if (minio && store.given()) {
      throw CliException.usage("--minio brings its own store: leave out --store and --s3-endpoint");
    }
    int cores = Runtime.getRuntime().availableProcessors();
    int count = within("--workers", workers, LocalSettings.defaultWorkers(cores));
    return new LocalSettings(
        data,
        store.url(data),
        minio,
        mirror.url(),
        collection.every(),
        count,
        within("--slots", slots, LocalSettings.defaultSlots(cores, count)),
        List.of());
  }

  private static int within(String option, @Nullable Integer given, int fallback) {
    if (given == null) {
      return fallback;
    }
    if (given < 1 || given > MOST) {
      throw CliException.usage(option + " " + given + " is not within 1 to " + MOST);
    }
    return given;
  }
}
