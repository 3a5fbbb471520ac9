package dev.belay.storage.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files being written, in a directory that no key can name. A writer holds a lock on its file,
 * which the kernel drops when the process dies, so what can be locked is an orphan. A sweep may
 * come between the making of a file and its lock; the writer sees that its file is gone, and makes
 * another. Where there are no locks there is no sweep.
 */
final class TemporaryFiles {
  /** '~' is in no key. */
  static final String DIRECTORY = "~tmp";

  private static final Logger log = LoggerFactory.getLogger(TemporaryFiles.class);
  private static final String PROCESS = processToken();

  private final Path directory;
  private final String instance;
  private final AtomicLong counter = new AtomicLong();

  TemporaryFiles(Path root) {
    this.directory = root.resolve(DIRECTORY);
    this.instance = PROCESS + "-" + Integer.toHexString(System.identityHashCode(this)) + "-";
  }

  Path directory() {
    return directory;
  }

  /** A name for a new file. */
  Path next() {
    return directory.resolve(instance + counter.incrementAndGet());
  }

  /** A file being written, marked as such until the channel is closed. */
  record Open(Path path, FileChannel channel) {}

  /** Creates a file under a new name. */
  Open create() throws IOException {
    while (true) {
      Path path = next();
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (mark(path, channel)) {
        return new Open(path, channel);
      }
      channel.close();
    }
  }

  /**
   * Whether the file is ours: not held by a sweep, nor removed by one that came before the lock.
   */
  private static boolean mark(Path path, FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      log.debug("no file locks here, so orphans stay: {}", path, e);
      return true;
    }
  }

  /** Removes what dead processes left. */
  void sweep() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!file.getFileName().toString().startsWith(PROCESS)) {
          removeIfOrphan(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.warn("cannot look for orphans in {}", directory, e);
    }
  }

  private static void removeIfOrphan(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
        log.info("removed {}, left by a process that died", file);
      }
    } catch (IOException | OverlappingFileLockException e) {
      log.debug("left {} alone", file, e);
    }
  }

  private static String processToken() {
    byte[] token = new byte[8];
    new SecureRandom().nextBytes(token);
    return HexFormat.of().formatHex(token);
  }
}
