package dev.belay.worker.task;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.StagedFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Carries out a journaled manifest: moves staged files to their targets, the {@code _SUCCESS}
 * markers last.
 *
 * <p>May be done again from the start after a crash at any step, and by two processes at once, one
 * of which is a zombie that resumes at any later time. What makes that safe is that every step is a
 * rename <em>out of or into the staging directory</em>:
 *
 * <ol>
 *   <li>An older marker is renamed into the staging directory.
 *   <li>Files are renamed out of it, data first, markers last. What is no longer staged must be at
 *       its target; if a marker is not, someone else's step 1 came late and took the new one, and
 *       it is put back.
 *   <li>The staging directory is renamed to {@code .done}. From here on step 1 finds nowhere to put
 *       a marker, and step 2 nothing to move: no zombie can change the output any more.
 *   <li>All targets are looked at once more, a marker taken just before step 3 is put back, and the
 *       directory is removed.
 * </ol>
 *
 * For one thread.
 */
final class ManifestRun {
  static final String MARKER = "_SUCCESS";
  static final String DISPLACED = ".older" + MARKER;

  /** How often a marker is looked for before it is given up. */
  private static final int LOOKS = 10;

  private final Manifest manifest;
  private final Disk disk;
  private final Runnable check;
  private final List<Path> stagings;

  /**
   * @param check called before each step: throws if it must not go on
   */
  ManifestRun(Manifest manifest, Disk disk, Runnable check) {
    this.manifest = manifest;
    this.disk = disk;
    this.check = check;
    this.stagings = manifest.getStagingDirectoriesList().stream().map(Path::of).toList();
  }

  /**
   * Returns when all of it is in place, durably.
   *
   * @throws BadInputException if no further try can succeed: a file that is not ours is in the way,
   *     or one of ours is neither staged nor at its target
   * @throws IOException if another try may succeed
   */
  void run() throws IOException {
    refuseForeign();
    displaceMarkers();
    placeAll(false);
    placeAll(true);
    for (Path staging : stagings) {
      check.run();
      renameIfThere(staging, StagingName.done(staging));
    }
    placeAll(true);
    removeStaging();
  }

  /** Removes what is staged, of a manifest that will not be carried out. */
  void removeStaging() throws IOException {
    for (Path staging : stagings) {
      disk.removeTree(StagingName.done(staging));
      disk.removeTree(staging);
      Path directory = staging.getParent();
      if (directory != null && disk.exists(directory)) {
        disk.sync(directory);
      }
    }
  }

  private void refuseForeign() {
    if (manifest.getOverwrite()) {
      return;
    }
    for (StagedFile file : manifest.getFilesList()) {
      check.run();
      // In this order: a target that is there while its file is still staged is another's.
      if (disk.exists(target(file)) && disk.exists(staged(file))) {
        throw new BadInputException(
            file.getTarget()
                + " exists already and is not this job's; remove it, or choose another output, and"
                + " submit again");
      }
    }
  }

  private void displaceMarkers() throws IOException {
    for (StagedFile file : manifest.getFilesList()) {
      check.run();
      if (isMarker(file) && disk.exists(target(file)) && disk.exists(staged(file))) {
        renameIfThere(target(file), displaced(file));
      }
    }
    syncTargets();
  }

  private void placeAll(boolean markers) throws IOException {
    for (StagedFile file : manifest.getFilesList()) {
      if (isMarker(file) == markers) {
        check.run();
        place(file);
      }
    }
    syncTargets();
  }

  private void place(StagedFile file) throws IOException {
    if (renameIfThere(staged(file), target(file))) {
      return;
    }
    boolean there = isMarker(file) ? findMarker(file) : holds(file);
    if (!there) {
      throw new BadInputException(
          file.getTarget()
              + " is not what this job wrote, and what it wrote is gone from "
              + staged(file).getParent()
              + ": someone changed the output while it was published, or this machine does not see"
              + " the same files as the others; submit again");
    }
  }

  private boolean holds(StagedFile file) throws IOException {
    return disk.holds(target(file), file.getLength(), file.getDigest().toByteArray());
  }

  /** Ours has left the staging directory; who came late with step 1 may have put it back there. */
  private boolean findMarker(StagedFile file) throws IOException {
    for (int look = 0; look < LOOKS; look++) {
      Path displaced = displaced(file);
      Path done = StagingName.done(parent(staged(file))).resolve(DISPLACED);
      if (holds(file)
          || renameIfThere(displaced, target(file))
          || renameIfThere(done, target(file))) {
        return true;
      }
    }
    return false;
  }

  /** False if there is nothing to rename, or nowhere to. */
  private boolean renameIfThere(Path from, Path to) throws IOException {
    try {
      disk.rename(from, to);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private void syncTargets() throws IOException {
    Set<Path> directories = new LinkedHashSet<>();
    for (StagedFile file : manifest.getFilesList()) {
      directories.add(parent(target(file)));
    }
    for (Path directory : directories) {
      if (disk.exists(directory)) {
        disk.sync(directory);
      }
    }
  }

  private static boolean isMarker(StagedFile file) {
    return Path.of(file.getTarget()).endsWith(MARKER);
  }

  private static Path target(StagedFile file) {
    return Path.of(file.getTarget());
  }

  private static Path staged(StagedFile file) {
    return Path.of(file.getStaged());
  }

  private static Path displaced(StagedFile file) {
    return parent(staged(file)).resolve(DISPLACED);
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new BadInputException(path + " has no directory; the manifest is damaged");
    }
    return parent;
  }
}
