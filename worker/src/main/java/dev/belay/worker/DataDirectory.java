package dev.belay.worker;

import dev.belay.runtime.text.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker's own directory, for one worker at a time:
 *
 * <pre>
 *   lock      held by the operating system as long as the process lives
 *   owner     who holds it: process id and start
 *   scratch/  what may be lost at any time; emptied here
 *   cache/    what the store has too, kept for the next worker here
 * </pre>
 */
final class DataDirectory implements Closeable {
  private final Path path;
  private final Path scratch;
  private final Path owner;
  private final FileChannel channel;
  private final boolean forOnce;

  private DataDirectory(Path path, Path scratch, Path owner, FileChannel channel, boolean forOnce) {
    this.path = path;
    this.forOnce = forOnce;
    this.scratch = scratch;
    this.owner = owner;
    this.channel = channel;
  }

  /**
   * Makes the directory if need be, takes it, and empties its scratch space.
   *
   * @throws IOException with one line for people
   */
  static DataDirectory open(Path path) throws IOException {
    return open(path, false);
  }

  /** As {@link #open(Path)}, for a worker whose name nobody will use again: gone when closed. */
  static DataDirectory openForOnce(Path path) throws IOException {
    return open(path, true);
  }

  private static DataDirectory open(Path path, boolean forOnce) throws IOException {
    try {
      Files.createDirectories(path);
      Path owner = path.resolve("owner");
      FileChannel channel = lock(path, owner);
      try {
        Files.writeString(owner, thisProcess());
        Path scratch = path.resolve("scratch");
        delete(scratch);
        Files.createDirectory(scratch);
        return new DataDirectory(path, scratch, owner, channel, forOnce);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (InUseException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "the data directory "
              + path
              + " cannot be used ("
              + Reason.of(e)
              + "): name another with --data",
          e);
    }
  }

  private static FileChannel lock(Path path, Path owner) throws IOException {
    String before = ownerOf(owner);
    if (before.equals(thisProcess())) {
      // Not even opened: closing a file gives up every lock that this process has on it.
      throw new InUseException(path, before);
    }
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this process was faster.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new InUseException(path, before);
  }

  private static String ownerOf(Path owner) throws IOException {
    try {
      return Files.size(owner) > 100 ? "" : Files.readString(owner);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Tells this process from any other, also from one with its number in a restarted container. */
  private static String thisProcess() {
    ProcessHandle self = ProcessHandle.current();
    return self.pid() + " since " + self.info().startInstant().orElse(Instant.EPOCH);
  }

  /** Below it, a worker may write what it likes. */
  Path scratch() {
    return scratch;
  }

  /** What is in it may be used by the next worker here. */
  Path cache() {
    return path.resolve("cache");
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      delete(forOnce ? path : scratch);
      Files.deleteIfExists(owner);
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static final class InUseException extends IOException {
    private static final long serialVersionUID = 1;

    InUseException(Path path, String owner) {
      super(
          "the data directory "
              + path
              + " is in use by another worker"
              + (owner.isEmpty() ? "" : " (process " + owner.strip() + ")")
              + ": give each worker its own --data");
    }
  }
}
