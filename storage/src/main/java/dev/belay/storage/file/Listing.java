package dev.belay.storage.file;

import dev.belay.storage.Keys;
import dev.belay.storage.ObjectStore.Stored;
import dev.belay.storage.StoreException;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the objects below a directory: regular files under names that keys may have. */
final class Listing extends SimpleFileVisitor<Path> {
  private final Path root;
  private final List<Stored> found = new ArrayList<>();

  private Listing(Path root) {
    this.root = root;
  }

  static List<Stored> list(Path root, String prefix) throws StoreException {
    Path start = root;
    try {
      if (!Files.isDirectory(root)) {
        return List.of();
      }
      start = root.toRealPath();
      Listing listing = new Listing(start);
      for (String name : prefix.isEmpty() ? new String[0] : prefix.split("/")) {
        start = start.resolve(name);
        if (!Files.isDirectory(start, LinkOption.NOFOLLOW_LINKS)) {
          return List.of();
        }
      }
      Files.walkFileTree(start, listing);
      listing.found.sort(Comparator.comparing(Stored::key));
      return List.copyOf(listing.found);
    } catch (IOException e) {
      throw FileErrors.unavailable("cannot list " + start, e);
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    return isOurs(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (attributes.isRegularFile() && !isOurs(file)) {
      String key = root.relativize(file).toString().replace(File.separatorChar, '/');
      if (Keys.isKey(key)) {
        found.add(new Stored(key, attributes.size()));
      }
    }
    return FileVisitResult.CONTINUE;
  }

  /** What vanishes while it is listed was deleted. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
      throws IOException {
    if (e != null && !(e instanceof NoSuchFileException)) {
      throw e;
    }
    return FileVisitResult.CONTINUE;
  }

  private boolean isOurs(Path path) {
    Path name = path.getFileName();
    return !path.equals(root) && name != null && name.toString().startsWith("~");
  }
}
