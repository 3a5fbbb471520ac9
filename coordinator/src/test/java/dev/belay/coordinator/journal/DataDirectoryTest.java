package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One coordinator a directory. */
class DataDirectoryTest {
  @TempDir Path root;

  @Test
  void aSecondOneInThisProcessIsRefusedAndTheFirstGoesOnHoldingIt() throws Exception {
    try (DataDirectory held = DataDirectory.open(root.resolve("data"))) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> DataDirectory.open(root.resolve("./data")))
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("is in use by another coordinator (pid " + pid() + ")");
      }
      assertThat(errorOfAnotherProcess(held.path())).contains("is in use by another coordinator");
    }
    DataDirectory.open(root.resolve("data")).close();
  }

  @Test
  @Timeout(60)
  void theLockOfAProcessEndsWithIt() throws Exception {
    Process other =
        Children.start(Appending.class, root.toString(), "1", "1000")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = other.inputReader()) {
      assertThat(out.readLine()).isEqualTo("1");
      assertThatThrownBy(() -> DataDirectory.open(root))
          .hasMessage(
              root
                  + " is in use by another coordinator (pid "
                  + other.pid()
                  + "): stop it, or choose another --data");
    } finally {
      other.destroyForcibly().waitFor();
    }
    DataDirectory.open(root).close();
  }

  @Test
  void aFileIsNoDirectory() throws Exception {
    Path file = Files.createFile(root.resolve("file"));

    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(JournalException.class)
        .hasMessage(file + " is not a directory: choose another --data");
    assertThatThrownBy(() -> DataDirectory.open(file.resolve("below")))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("cannot be used")
        .hasMessageContaining("choose another --data");
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static String errorOfAnotherProcess(Path data) throws Exception {
    Process other = Children.start(Appending.class, data.toString(), "1", "1000").start();
    try (BufferedReader errors = other.errorReader()) {
      String text = String.join("\n", errors.lines().toList());
      assertThat(other.waitFor()).isEqualTo(3);
      return text;
    } finally {
      other.destroyForcibly();
    }
  }
}
