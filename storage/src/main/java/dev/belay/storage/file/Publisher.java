package dev.belay.storage.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Gives a whole, synced file its final name in one step, and never replaces another. */
interface Publisher {
  /**
   * The temporary file may be left where it is.
   *
   * @throws FileAlreadyExistsException if the target's name is taken
   */
  void publish(Path temporary, Path target) throws IOException;

  /** A hard link: the kernel refuses it when the name is taken. Where there are none, a claim. */
  static Publisher byLinkOrClaim() {
    return (temporary, target) -> {
      try {
        Files.createLink(target, temporary);
      } catch (FileAlreadyExistsException | NoSuchFileException e) {
        throw e;
      } catch (UnsupportedOperationException | FileSystemException e) {
        byClaim().publish(temporary, target);
      }
    };
  }

  /**
   * Rename under a claim, for file systems without hard links. A rename may replace, so only the
   * one who created the claim file (which the kernel lets one do) looks whether the target is free
   * and renames. Whoever comes later either finds the claim, or creates it anew after it was
   * removed, and by then sees the target. A process that dies in between leaves the claim, and the
   * key stays refused: it must not be used twice anyway.
   */
  static Publisher byClaim() {
    return (temporary, target) -> {
      Path claim = claimOf(target);
      Files.createFile(claim);
      try {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          throw new FileAlreadyExistsException(target.toString());
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(claim);
      }
    };
  }

  /** '~' is in no key. */
  static Path claimOf(Path target) {
    return target.resolveSibling("~claim-" + target.getFileName());
  }
}
