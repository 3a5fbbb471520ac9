package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal that can no longer be written says so, and takes nothing more. */
class FailedJournalTest {
  @TempDir Path root;

  @Test
  void afterAFailedSyncEveryCallThrows() throws Exception {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = Directories.store(directory);
      try (Journal journal = store.begin(store.recover())) {
        journal.append(Jobs.record(1));
        // An interrupt closes the file under the journal's hands.
        Thread.currentThread().interrupt();
        assertThatThrownBy(journal::sync)
            .isInstanceOf(JournalException.class)
            .hasMessageContainingAll("could not be synced", "start again with the same --data");
        assertThat(Thread.interrupted()).isTrue();

        assertThatThrownBy(journal::sync).isInstanceOf(JournalException.class);
        assertThatThrownBy(() -> journal.append(Jobs.record(2)))
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("failed before");
      } catch (JournalException onClose) {
        assertThat(onClose).hasMessageContaining("could not be closed");
      }
    }
    assertThat(Directories.recover(root).target().names).isEqualTo(Jobs.upTo(1));
  }

  @Test
  void aRecordThatIsTooLargeIsRefusedWithItsSize() throws Exception {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = Directories.store(directory);
      try (Journal journal = store.begin(store.recover())) {
        assertThatThrownBy(() -> journal.append(Jobs.record(1, 13 << 20)))
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("more than the journal can hold");
      }
    }
  }

  /** The shell's limit, in blocks of 512 or 1024 bytes, stands for any disk that takes no more. */
  @Test
  @Timeout(60)
  void aFileThatMayNotGrowEndsTheProcessWithOneLine() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell");
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 90; exec \"$@\""));
    command.add("sh");
    command.addAll(Children.command(Appending.class, root.toString(), "5", "100000"));

    assertThat(failureOf(command)).contains("File too large");
    assertThat(Directories.recover(root).target().names).isEmpty();
  }

  @Test
  @Timeout(60)
  void aFullDiskEndsTheProcessWithOneLineAndLosesNothing() throws Exception {
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", root.toString()) == 0;
    assumeTrue(mounted, "this machine lets no test mount a small disk");
    try {
      Path data = root.resolve("data");
      List<String> output = new ArrayList<>();
      String errors =
          failureOf(Children.command(Appending.class, data.toString(), "5", "300"), output);

      assertThat(errors).contains("No space left on device", "start again with the same --data");
      long acknowledged = Long.parseLong(output.get(output.size() - 1));
      Recovery<Jobs> recovery = Directories.recover(data);
      assertThat(recovery.lastSequence()).isGreaterThanOrEqualTo(acknowledged);
      assertThat(recovery.target().names).isEqualTo(Jobs.upTo(recovery.lastSequence()));

      assertThat(run("mount", "-o", "remount,size=32m", root.toString())).isZero();
      Directories.grow(data, 10);
      assertThat(Directories.recover(data).lastSequence()).isEqualTo(recovery.lastSequence() + 10);
    } finally {
      // What was mapped may still be, for a moment.
      assertThat(run("umount", "-l", root.toString())).isZero();
    }
  }

  private static String failureOf(List<String> command) throws Exception {
    return failureOf(command, new ArrayList<>());
  }

  /** What a process wrote to standard error before it ended with exit code 3. */
  private static String failureOf(List<String> command, List<String> output) throws Exception {
    Path errors = Files.createTempFile("errors", ".txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try (BufferedReader out = process.inputReader()) {
      output.addAll(out.lines().toList());
      assertThat(process.waitFor()).as(Files.readString(errors)).isEqualTo(3);
      return Files.readString(errors);
    } finally {
      process.destroyForcibly();
      Files.delete(errors);
    }
  }

  private static int run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }
}
