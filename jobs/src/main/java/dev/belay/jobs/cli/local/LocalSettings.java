package dev.belay.jobs.cli.local;

import dev.belay.coordinator.CoordinatorSettings;
import dev.belay.storage.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large a cluster on this machine is, and where it keeps what it has.
 *
 * @param store the URL of the store
 * @param minio whether to keep checkpoints in a MinIO of its own, instead of that store
 * @param mirror the URL of the mirror; null: none
 * @param collectEvery how often the store is looked through for garbage
 * @param slots of each worker
 * @param labels of each worker, as KEY=VALUE
 */
public record LocalSettings(
    Path data,
    String store,
    boolean minio,
    @Nullable String mirror,
    Duration collectEvery,
    int workers,
    int slots,
    List<String> labels) {
  private static final int MOST_WORKERS = 4;

  public LocalSettings {
    labels = List.copyOf(labels);
  }

  /** Of workers without labels, with the store below the data. */
  public LocalSettings(Path data, int workers, int slots) {
    this(
        data,
        Stores.url(data.resolve("store")),
        false,
        null,
        CoordinatorSettings.HOURLY,
        workers,
        slots,
        List.of());
  }

  public LocalSettings withLabels(List<String> given) {
    return new LocalSettings(data, store, minio, mirror, collectEvery, workers, slots, given);
  }

  /** One worker fewer than there are cores, within 2 to 4: enough that the loss of one is small. */
  public static int defaultWorkers(int cores) {
    return Math.max(2, Math.min(MOST_WORKERS, cores - 1));
  }

  /** So many that, when one worker dies, the slots of the others still cover all cores. */
  public static int defaultSlots(int cores, int workers) {
    int others = Math.max(1, workers - 1);
    return Math.max(1, (cores + others - 1) / others);
  }

  public Path logs() {
    return data.resolve("logs");
  }

  Path workerData(String worker) {
    return data.resolve("workers").resolve(worker);
  }
}
