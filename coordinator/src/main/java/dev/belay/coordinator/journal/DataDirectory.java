package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's {@code --data} directory, held by one coordinator at a time through a lock on
 * {@code coordinator.lock}, which ends with its process. The file's content, the pid, is for
 * people.
 */
public final class DataDirectory implements AutoCloseable {
  /**
   * Real paths held by this JVM. The operating system's lock belongs to the whole process, and to
   * close any second channel on the file would give it up, so a second attempt must not come so
   * far.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final String LOCK = "coordinator.lock";
  private static final int MOST_PID_BYTES = 32;

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Creates the directory when it is not there, and takes it. */
  public static DataDirectory open(Path directory) throws JournalException {
    Path real = create(directory);
    if (!HELD.add(real)) {
      throw inUse(directory, String.valueOf(ProcessHandle.current().pid()));
    }
    FileChannel channel = null;
    try {
      channel = lock(directory, real.resolve(LOCK));
      return new DataDirectory(real, channel);
    } catch (IOException e) {
      throw e instanceof JournalException known ? known : unusable(directory, e);
    } finally {
      if (channel == null) {
        HELD.remove(real);
      }
    }
  }

  /** Absolute, without symbolic links. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws JournalException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new JournalException(path + " could not be given up: " + Durable.reason(e), e);
    } finally {
      HELD.remove(path);
    }
  }

  private static Path create(Path directory) throws JournalException {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new JournalException(directory + " is not a directory: choose another --data");
    }
    try {
      if (!Files.exists(directory)) {
        Durable.createDirectories(directory);
      }
      return directory.toRealPath();
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static FileChannel lock(Path directory, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(directory, readPid(channel));
      }
      String pid = ProcessHandle.current().pid() + "\n";
      channel.truncate(0);
      Durable.writeFully(channel, ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable String readPid(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(MOST_PID_BYTES);
    Durable.readFully(channel, content, 0);
    String pid = StandardCharsets.US_ASCII.decode(content.flip()).toString().strip();
    return pid.matches("\\d+") ? pid : null;
  }

  private static JournalException inUse(Path directory, @Nullable String pid) {
    String who = pid == null ? "" : " (pid " + pid + ")";
    return new JournalException(
        directory
            + " is in use by another coordinator"
            + who
            + ": stop it, or choose another --data");
  }

  private static JournalException unusable(Path directory, IOException e) {
    return new JournalException(
        directory
            + " cannot be used: "
            + Durable.reason(e)
            + "; mend its permissions or its disk, or choose another --data",
        e);
  }
}
