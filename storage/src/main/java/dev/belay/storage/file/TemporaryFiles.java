package dev.belay.storage.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files being written, in a directory that no key can name. A writer holds a lock on its file,
 * which the kernel drops when the process dies, so what can be locked is an orphan. Should a live
 * file be swept all the same (on a file system without locks there is no sweep), its put fails and
 * nothing else happens.
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

  /** Creates the file and marks it as being written. */
  static FileChannel create(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      log.trace("{} locked: {}", file, lock != null);
    } catch (IOException e) {
      log.debug("no file locks here, so orphans stay: {}", file, e);
    }
    return channel;
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
