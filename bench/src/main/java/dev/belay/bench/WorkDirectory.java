package dev.belay.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A directory that a benchmark may fill, on the disk that is to be measured. It is removed when it
 * is closed, and when the JVM is told to end before.
 */
public final class WorkDirectory implements AutoCloseable {
  /** Tells the JVMs that JMH starts where. */
  public static final String PROPERTY = "belay.bench.directory";

  private static final int TRIES = 20;
  private static final long PAUSE_MILLIS = 100;

  private final Path path;
  private final Thread hook = new Thread(this::abandon, "end-of-directory");

  private WorkDirectory(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A new one, in the place that the property names. */
  public static WorkDirectory open() throws IOException {
    return below(Path.of(System.getProperty(PROPERTY, System.getProperty("java.io.tmpdir", "."))));
  }

  /** A new one in that directory, which is made if it is not there. */
  public static WorkDirectory below(Path parent) throws IOException {
    Files.createDirectories(parent);
    return new WorkDirectory(Files.createTempDirectory(parent, "run-"));
  }

  public Path path() {
    return path;
  }

  /** Removes it with all that is in it. */
  @Override
  public void close() throws IOException {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook finds nothing.
    }
  }

  /** While the JVM ends: processes that write here are being killed, too. */
  private void abandon() {
    for (int i = 0; i < TRIES && Files.exists(path); i++) {
      try {
        remove();
        Thread.sleep(PAUSE_MILLIS);
      } catch (IOException e) {
        // Something was written in between.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void remove() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            // Gone already: a background thread of what was measured tidies up, too.
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
