package dev.belay.worker.task;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories for temporary files: one for this process, one in it for each attempt.
 *
 * <p>A process holds a lock in its directory for as long as it lives. The first use removes the
 * directories whose lock nobody holds: their processes are dead. Thread-safe.
 */
final class Scratch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Scratch.class);
  private static final String LOCK = "lock";
  private static final int TRIES = 100;

  private final Path root;
  private final Disk disk;
  private @Nullable Path own;
  private @Nullable FileChannel lock;

  Scratch(Path root, Disk disk) {
    this.root = root;
    this.disk = disk;
  }

  /** A directory for an attempt; not there yet. */
  synchronized Path directory(String attempt) throws IOException {
    if (own == null) {
      Files.createDirectories(root);
      removeOfDeadProcesses();
      own = claim();
    }
    return own.resolve(attempt);
  }

  /** The attempt is over. */
  synchronized void remove(String attempt) {
    if (own != null) {
      remove(own.resolve(attempt));
    }
  }

  private void remove(Path directory) {
    try {
      disk.removeTree(directory);
    } catch (IOException e) {
      log.warn("The temporary files in {} could not be removed", directory, e);
    }
  }

  @Override
  public synchronized void close() {
    if (own != null) {
      remove(own);
      own = null;
    }
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        log.debug("A lock ends with the process", e);
      }
      lock = null;
    }
  }

  /** What the directories of this process begin with; a later process with its pid has another. */
  private static String process() {
    ProcessHandle self = ProcessHandle.current();
    long start = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return "process-" + self.pid() + "-" + start + "-";
  }

  private Path claim() throws IOException {
    for (int number = 0; number < TRIES; number++) {
      Path directory = root.resolve(process() + number);
      if (disk.exists(directory)) {
        continue;
      }
      Files.createDirectory(directory);
      FileChannel channel = lock(directory);
      if (channel != null) {
        lock = channel;
        return directory;
      }
    }
    throw new IOException(root + " is full of directories that others claim");
  }

  /** Null if another process came in between and took the directory for one without an owner. */
  private @Nullable FileChannel lock(Path directory) throws IOException {
    Path file = directory.resolve(LOCK);
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      return null;
    }
    if (channel.tryLock() != null && disk.exists(file)) {
      return channel;
    }
    channel.close();
    return null;
  }

  private void removeOfDeadProcesses() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "process-*")) {
      for (Path entry : entries) {
        // To look at an own lock would release it: POSIX locks end when any descriptor is closed.
        if (!String.valueOf(entry.getFileName()).startsWith(process())) {
          removeIfDead(entry);
        }
      }
    }
  }

  private void removeIfDead(Path directory) {
    try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        disk.removeTree(directory);
      }
    } catch (NoSuchFileException e) {
      removeIfEmpty(directory);
    } catch (OverlappingFileLockException | IOException e) {
      log.debug("{} is left alone", directory, e);
    }
  }

  /** It died, or is about to take its lock and will find the directory gone. */
  private static void removeIfEmpty(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      log.debug("{} has been claimed meanwhile", directory, e);
    } catch (IOException e) {
      log.debug("{} is left alone", directory, e);
    }
  }
}
