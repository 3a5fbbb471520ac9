package dev.belay.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path temporary;

  @Test
  void isMadeAndItsScratchSpaceEmptiedWithoutFollowingLinks() throws IOException {
    Path outside = Files.writeString(temporary.resolve("outside"), "kept");
    Path data = temporary.resolve("a/b");
    DataDirectory.open(data).close();
    Path old = Files.createDirectories(data.resolve("scratch/old"));
    Files.writeString(old.resolve("segment"), "left by a crash");
    Files.createSymbolicLink(old.resolve("link"), outside);
    try (DataDirectory directory = DataDirectory.open(data)) {
      assertThat(directory.scratch()).isEqualTo(data.resolve("scratch")).isEmptyDirectory();
      assertThat(outside).hasContent("kept");
    }
  }

  @Test
  void isForOneWorkerAtATime() throws IOException {
    try (DataDirectory first = DataDirectory.open(temporary)) {
      Path written = Files.writeString(first.scratch().resolve("segment"), "in use");
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> DataDirectory.open(temporary))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("in use by another worker (process ")
            .hasMessageContaining("--data");
      }
      assertThat(written).exists();
      assertThat(canLockFromOutside()).isFalse();
    }
    assertThat(canLockFromOutside()).isTrue();
    DataDirectory.open(temporary).close();
  }

  /** Another process sees the lock, also after this one has refused a second worker. */
  private boolean canLockFromOutside() throws IOException {
    Process flock =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                TryLock.class.getName(),
                temporary.resolve("lock").toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(flock.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return flock.exitValue() == 0;
  }

  /** Run as a process of its own: exits 0 if it got the lock. */
  static final class TryLock {
    public static void main(String[] args) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
        System.exit(channel.tryLock() != null ? 0 : 1);
      }
    }
  }

  @Test
  void forOnceLeavesNothingBehind() throws IOException {
    Path data = temporary.resolve("host-1a2b");
    try (DataDirectory directory = DataDirectory.openForOnce(data)) {
      Files.writeString(directory.scratch().resolve("segment"), "");
    }
    assertThat(data).doesNotExist();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void ofADeadProcessWithOurNumberIsTaken() throws IOException {
    Files.writeString(
        temporary.resolve("owner"), ProcessHandle.current().pid() + " since 2001-01-01T00:00:00Z");
    Files.writeString(temporary.resolve("lock"), "");
    DataDirectory.open(temporary).close();
  }

  @Test
  void thatCannotBeMadeIsToldInOneLine() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("--data")
        .message()
        .doesNotContain("\n");
  }
}
