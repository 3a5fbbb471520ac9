package dev.belay.worker.task;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Epoch;
import dev.belay.runtime.proto.Lease;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a staging directory is called: {@code .belay-<cluster, 8 letters>-<job>-<epoch>}, and {@code
 * .done} after it once everything staged in it has reached its target. Beside the targets, so that
 * a rename stays within one file system; named for the epoch, so that no two attempts share one.
 */
final class StagingName {
  private static final String DONE = ".done";
  private static final Pattern EPOCH = Pattern.compile("(\\d{1,9})\\.(\\d{1,18})(\\.done)?");

  private final String prefix;

  StagingName(String cluster, String job) {
    prefix = ".belay-" + cluster.substring(0, Math.min(8, cluster.length())) + "-" + job + "-";
  }

  Path in(Path directory, Lease lease) {
    return directory.resolve(prefix + Epochs.text(lease.getEpoch()));
  }

  /** The same directory, once its files are in place. */
  static Path done(Path staging) {
    return staging.resolveSibling(staging.getFileName() + DONE);
  }

  /** The epoch of a staging directory of this job; null if the name is another's. */
  @Nullable Epoch epoch(Path path) {
    Path fileName = path.getFileName();
    String name = fileName == null ? "" : fileName.toString();
    if (!name.startsWith(prefix)) {
      return null;
    }
    Matcher matcher = EPOCH.matcher(name.substring(prefix.length()));
    return matcher.matches()
        ? Epochs.of(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)))
        : null;
  }
}
