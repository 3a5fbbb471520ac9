package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  @TempDir Path root;

  /** Another process, since to its own locks a process is blind. Ends with its standard input. */
  static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        System.out.write(lock.isValid() ? 'L' : '?');
        System.out.flush();
        while (System.in.read() >= 0) {}
      }
    }
  }

  private Path leftover(String process) throws IOException {
    Path directory = root.resolve(process);
    Files.createDirectories(directory.resolve("job-p0-e1.1"));
    Files.write(directory.resolve("job-p0-e1.1/spool"), new byte[100]);
    Files.createFile(directory.resolve("lock"));
    return directory;
  }

  @Test
  void removesWhatDeadProcessesLeft() throws IOException {
    Path dead = leftover("process-1-1-0");
    Path empty = Files.createDirectory(root.resolve("process-2-2-0"));
    Path foreign = Files.createDirectory(root.resolve("something else"));
    try (Scratch scratch = new Scratch(root, new Disk())) {
      Path own = scratch.directory("job-p0-e1.2");
      assertThat(own.getParent()).isDirectory();
      assertThat(own).doesNotExist();
    }
    assertThat(dead).doesNotExist();
    assertThat(empty).doesNotExist();
    assertThat(foreign).isDirectory();
  }

  @Test
  void leavesALivingProcessAlone() throws Exception {
    Path living = leftover("process-1-1-0");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                living.resolve("lock").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(holder.getInputStream().read()).isEqualTo('L');
    try (Scratch scratch = new Scratch(root, new Disk())) {
      scratch.directory("x");
      assertThat(living.resolve("job-p0-e1.1/spool")).exists();
    } finally {
      holder.getOutputStream().close();
      holder.waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void twoInOneProcessDoNotMeet() throws IOException {
    try (Scratch one = new Scratch(root, new Disk());
        Scratch other = new Scratch(root, new Disk())) {
      Path first = one.directory("same");
      Path second = other.directory("same");
      assertThat(first).isNotEqualTo(second);
      one.close();
      assertThat(second.getParent()).isDirectory();
    }
  }

  @Test
  void removesAnAttemptsDirectory() throws IOException {
    try (Scratch scratch = new Scratch(root, new Disk())) {
      Path attempt = Files.createDirectory(scratch.directory("attempt"));
      Files.write(attempt.resolve("file"), new byte[1]);
      scratch.remove("attempt");
      assertThat(attempt).doesNotExist();
    }
    assertThat(root).isDirectoryNotContaining("glob:**process-*");
  }
}
