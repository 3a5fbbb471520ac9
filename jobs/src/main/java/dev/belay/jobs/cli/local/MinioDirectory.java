package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The directory of a local MinIO, for one server at a time: two on the same data would each
 * overwrite what the other has written. Held through a lock on {@code lock}, which ends with this
 * process, and taken only once no server of an earlier process is left on the data.
 */
final class MinioDirectory implements AutoCloseable {
  /** Real paths held by this process, whose own lock would not stop it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** In which the server of a process that was killed ends. */
  private static final long LEFT_SECONDS = 12;

  private static final long POLL_MILLIS = 50;

  private final Path path;
  private final FileChannel channel;

  private MinioDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Made if need be, and taken.
   *
   * @throws CliException if another server uses it
   */
  static MinioDirectory open(Path directory) throws IOException {
    Path real = Files.createDirectories(directory).toRealPath();
    if (!HELD.add(real)) {
      throw inUse(directory);
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel =
          FileChannel.open(
              real.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(directory);
      }
      MinioDirectory held = new MinioDirectory(real, channel);
      Files.createDirectories(held.data());
      held.awaitNoneLeft();
      taken = true;
      return held;
    } finally {
      if (!taken) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(real);
      }
    }
  }

  private static CliException inUse(Path directory) {
    return new CliException(
        ExitCode.FAILED,
        directory + " is in use by another MinIO server: stop it, or choose another --data");
  }

  private void awaitNoneLeft() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEFT_SECONDS);
    Optional<ProcessHandle> left = left();
    while (left.isPresent()) {
      if (System.nanoTime() > deadline) {
        long pid = left.get().pid();
        throw new CliException(
            ExitCode.FAILED,
            path
                + " is still in use by a MinIO server that was left behind (pid "
                + pid
                + "): stop it with kill "
                + pid
                + ", or choose another --data");
      }
      pause();
      left = left();
    }
  }

  private Optional<ProcessHandle> left() {
    return ProcessHandle.allProcesses().filter(this::serves).findFirst();
  }

  /** Whether it is the command of {@link MinioBinary#command} for this data. */
  private boolean serves(ProcessHandle process) {
    List<String> words = List.of(process.info().arguments().orElse(new String[0]));
    String data = data().toString();
    return !words.isEmpty()
        && (words.get(0).equals("server") && words.contains(data)
            || words.get(0).equals("run") && words.contains(data + ":/data"));
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The objects. */
  Path data() {
    return path.resolve("data");
  }

  /** What the server says. */
  Path log() {
    return path.resolve("log");
  }

  MinioCredentials credentials() throws IOException {
    return MinioCredentials.in(path);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock ends with this process at the latest.
    } finally {
      HELD.remove(path);
    }
  }
}
