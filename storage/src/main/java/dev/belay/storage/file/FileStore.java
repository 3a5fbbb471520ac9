package dev.belay.storage.file;

import dev.belay.storage.Keys;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects as files: the key is the path below the root. An object is written to a temporary file,
 * synced, given its name in a step that cannot replace another ({@link Publisher}), and its
 * directory is synced.
 *
 * <p>The root carries a marker file. Where that is missing the store is UNAVAILABLE rather than its
 * objects MISSING: an unmounted disk looks like an empty directory, and must not pass for lost
 * checkpoints. Nothing below the root may be a symbolic link; the root itself may.
 */
public final class FileStore implements ObjectStore {
  private static final Logger log = LoggerFactory.getLogger(FileStore.class);

  /** '~' is in no key. */
  static final String MARKER = "~belay-store";

  private final Path root;
  private final @Nullable Publisher givenPublisher;
  private final Directories directories = new Directories();
  private final TemporaryFiles temporaries;
  private volatile @Nullable Publisher publisher;

  /** A store below a directory, which the first put makes if need be. */
  public FileStore(Path root) {
    this(root, null);
  }

  FileStore(Path root, @Nullable Publisher publisher) {
    this.root = root.toAbsolutePath().normalize();
    this.givenPublisher = publisher;
    this.temporaries = new TemporaryFiles(this.root);
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    Path target = path(key);
    String what = "cannot store " + target;
    Publisher prepared;
    try {
      prepared = prepare();
      directories.makeBelow(root, parent(target));
    } catch (IOException e) {
      throw FileErrors.unavailable(what, e);
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(key);
    }
    TemporaryFiles.Open open = create(what);
    Path temporary = open.path();
    try (FileChannel channel = open.channel()) {
      long length = write(channel, body, what);
      publish(prepared, key, temporary, target, what);
      return length;
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw FileErrors.unavailable(what, e);
    } finally {
      remove(temporary);
    }
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    Path path = path(key);
    Keys.checkRange(offset, length);
    checkRegularFile(key, path);
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path, Set.<OpenOption>of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      if (offset > channel.size()) {
        throw new StoreException(
            Kind.CORRUPT,
            path + " has " + channel.size() + " bytes alone: it was cut off before byte " + offset);
      }
      InputStream in = new ObjectInput(channel.position(offset), length, path);
      channel = null;
      return in;
    } catch (StoreException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw missing(key, e);
    } catch (IOException e) {
      throw FileErrors.unavailable("cannot read " + path, e);
    } finally {
      closeQuietly(channel);
    }
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    return Listing.list(root, Keys.checkPrefix(prefix));
  }

  @Override
  public void delete(String key) throws StoreException {
    Path path = path(key);
    try {
      if (walkable(path) && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(path);
        Files.deleteIfExists(Publisher.claimOf(path));
      }
    } catch (IOException e) {
      throw FileErrors.unavailable("cannot delete " + path, e);
    }
  }

  /** None: {@link TemporaryFiles} sweeps what dead processes left. */
  @Override
  public List<String> unfinished(String prefix) {
    String unused = Keys.checkPrefix(prefix);
    return List.of();
  }

  @Override
  public void abandon(String key) {
    String unused = Keys.checkKey(key);
  }

  /**
   * Removes the directories below a prefix that hold nothing, and its own. For prefixes below which
   * nobody puts anything any more: a put that is under way there may fail as UNAVAILABLE.
   */
  public void removeEmptyDirectories(String prefix) throws StoreException {
    Path start = path(Keys.checkPrefix(prefix).substring(0, prefix.length() - 1));
    try {
      if (walkable(start)) {
        EmptyDirectories.remove(start);
      }
    } catch (IOException e) {
      throw FileErrors.unavailable("cannot remove the empty directories of " + start, e);
    }
  }

  @Override
  public String describe() {
    return "file:" + root;
  }

  @Override
  public String locate(String key) {
    return path(key).toString();
  }

  @Override
  public void close() {
    // Holds nothing between calls.
  }

  /** Makes the root, its marker and the directory of temporary files, and tries it out, once. */
  private Publisher prepare() throws IOException {
    Publisher prepared = publisher;
    if (prepared == null) {
      directories.makeRoot(root);
      directories.makeBelow(root, temporaries.directory());
      try {
        Files.createFile(root.resolve(MARKER));
        Directories.sync(root);
      } catch (FileAlreadyExistsException e) {
        log.trace("{} is a store already", root);
      }
      prepared = givenPublisher == null ? Publisher.thatWorksIn(temporaries) : givenPublisher;
      temporaries.sweep();
      publisher = prepared;
    }
    return prepared;
  }

  private TemporaryFiles.Open create(String what) throws StoreException {
    try {
      return temporaries.create();
    } catch (IOException e) {
      throw FileErrors.unavailable(what, e);
    }
  }

  private static long write(FileChannel channel, Body body, String what) throws IOException {
    ObjectOutput out = new ObjectOutput(channel, what);
    body.writeTo(out);
    out.flush();
    channel.force(true);
    return channel.size();
  }

  private void publish(Publisher way, String key, Path temporary, Path target, String what)
      throws StoreException {
    try {
      way.publish(temporary, target);
    } catch (FileAlreadyExistsException e) {
      throw exists(key);
    } catch (IOException e) {
      throw FileErrors.unavailable(what, e);
    }
    try {
      Directories.sync(parent(target));
    } catch (IOException e) {
      throw FileErrors.unavailable(what, e);
    }
  }

  private void checkRegularFile(String key, Path path) throws StoreException {
    try {
      if (!walkable(path)) {
        throw new StoreException(Kind.CORRUPT, path + " leads through a symbolic link");
      }
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        throw missing(key, null);
      }
      if (!attributes.isRegularFile()) {
        throw new StoreException(Kind.CORRUPT, path + " is not a regular file");
      }
    } catch (StoreException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw missing(key, e);
    } catch (IOException e) {
      throw isNotADirectory(e) ? missing(key, e) : FileErrors.unavailable("cannot read " + path, e);
    }
  }

  /** Whether the way from the root to the file's directory is free of symbolic links. */
  private boolean walkable(Path path) {
    for (Path at = parent(path); !at.equals(root); at = parent(at)) {
      if (Files.isSymbolicLink(at)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNotADirectory(IOException e) {
    return FileErrors.reason(e).equals("not a directory");
  }

  private StoreException missing(String key, @Nullable IOException cause) {
    if (!Files.exists(root.resolve(MARKER))) {
      return new StoreException(
          Kind.UNAVAILABLE,
          root + " holds no Belay store: is it mounted, and is this the right directory?",
          cause);
    }
    return new StoreException(Kind.MISSING, root.resolve(key) + " does not exist", cause);
  }

  private StoreException exists(String key) {
    return new StoreException(Kind.EXISTS, root.resolve(key) + " exists already");
  }

  private static void remove(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      log.warn("left {} behind: {}", temporary, FileErrors.reason(e), e);
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        log.debug("closing after a failure", e);
      }
    }
  }

  private Path path(String key) {
    return root.resolve(Keys.checkKey(key));
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no parent");
    }
    return parent;
  }
}
