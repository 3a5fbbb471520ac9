package dev.belay.worker.task;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.StagedFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A manifest moves and removes files, so one that came over the wire is looked at before: it may
 * touch nothing but staging directories of its own job and the files beside them.
 */
final class ManifestCheck {
  private ManifestCheck() {}

  /**
   * @throws BadInputException if this is no manifest of that job
   */
  static void check(Manifest manifest, StagingName names) {
    Set<Path> stagings = new HashSet<>();
    for (String directory : manifest.getStagingDirectoriesList()) {
      Path staging = Path.of(directory);
      if (names.epoch(staging) == null || !plain(staging)) {
        throw damaged(directory);
      }
      stagings.add(staging);
    }
    for (StagedFile file : manifest.getFilesList()) {
      Path staging = Path.of(file.getStaged()).getParent();
      Path target = Path.of(file.getTarget());
      boolean beside =
          staging != null
              && stagings.contains(staging)
              && plain(target)
              && target.getParent() != null
              && target.getParent().equals(staging.getParent());
      if (!beside) {
        throw damaged(file.getTarget());
      }
    }
  }

  private static boolean plain(Path path) {
    return path.isAbsolute() && path.equals(path.normalize());
  }

  private static BadInputException damaged(String path) {
    return new BadInputException(
        "the list of files to publish is damaged at " + Failures.line(path) + "; submit again");
  }
}
