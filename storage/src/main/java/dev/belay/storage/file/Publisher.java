package dev.belay.storage.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

  /** A hard link: the kernel refuses it when the name is taken. */
  static Publisher byLink() {
    return (temporary, target) -> Files.createLink(target, temporary);
  }

  /**
   * The way that works in a file system, tried out in a directory for temporary files. All who use
   * one file system come to the same way: the two ways together are not safe.
   */
  static Publisher thatWorksIn(TemporaryFiles temporaries) throws IOException {
    Path file = temporaries.next();
    Path link = temporaries.next();
    try {
      Files.createFile(file);
      Files.createLink(link, file);
      return byLink();
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A full disk or missing rights would refuse a plain file, too.
      Files.deleteIfExists(file);
      Files.createFile(link);
      return byClaim();
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(link);
    }
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
