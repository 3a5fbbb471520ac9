package dev.belay.storage.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes directories that survive a power cut. A directory counts once its own entry, and that of
 * each directory above it, is synced. One that was found rather than made may have been made a
 * moment ago by another process that has not synced it yet, so its entry is synced too, once.
 */
final class Directories {
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  /**
   * Makes the directory and those above it as needed; symbolic links at or above it are followed.
   */
  void makeRoot(Path root) throws IOException {
    if (!durable.contains(root)) {
      Path existing = root;
      while (!Files.exists(existing)) {
        Path parent = existing.getParent();
        if (parent == null) {
          break;
        }
        existing = parent;
      }
      Files.createDirectories(root);
      Path at = root;
      for (Path parent = at.getParent();
          parent != null && !at.equals(existing);
          parent = at.getParent()) {
        sync(parent);
        at = parent;
      }
      durable.add(root);
    }
  }

  /** Makes a directory below the root, and those between; none of them may be a symbolic link. */
  void makeBelow(Path root, Path directory) throws IOException {
    Path at = root;
    for (Path name : root.relativize(directory)) {
      if (name.toString().isEmpty()) {
        continue;
      }
      Path parent = at;
      at = at.resolve(name);
      boolean made = make(at);
      if (made || !durable.contains(at)) {
        sync(parent);
        durable.add(at);
      }
    }
  }

  private static boolean make(Path directory) throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      Files.createDirectory(directory);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      throw e;
    }
  }

  /** Makes the entries of a directory durable. */
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
