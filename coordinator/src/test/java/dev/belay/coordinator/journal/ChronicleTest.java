package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What we share with Chronicle Queue, and what we need of the JVM for it. */
class ChronicleTest {
  @TempDir Path root;

  @Test
  void chronicleReadsTheSameDocuments() throws Exception {
    Directories.grow(root, 40);
    List<Integer> magics = new ArrayList<>();
    try (ChronicleQueue queue = ChronicleRuntime.open(Directories.files(root, 1));
        ExcerptTailer tailer = queue.createTailer().toStart()) {
      while (true) {
        try (DocumentContext document = tailer.readingDocument()) {
          if (!document.isPresent()) {
            break;
          }
          magics.add(Integer.reverseBytes(document.wire().bytes().readInt()));
        }
      }
    }
    assertThat(magics).hasSize(41);
    assertThat(magics.subList(1, 41)).containsOnly(Frame.MAGIC);
  }

  @Test
  @Timeout(60)
  void aJvmWithoutTheOpensIsToldWhichOneIsMissing() throws Exception {
    List<String> command =
        Children.command(Appending.class, root.toString(), "1", "1000").stream()
            .filter(option -> !option.startsWith("--add-opens=java.base/sun.nio.ch"))
            .toList();
    Process process = new ProcessBuilder(command).start();
    try (BufferedReader errors = process.errorReader()) {
      assertThat(errors.lines().toList())
          .contains(
              "the journal needs the JVM option --add-opens=java.base/sun.nio.ch=ALL-UNNAMED:"
                  + " start the coordinator with the belay launcher");
      assertThat(process.waitFor()).isEqualTo(3);
    } finally {
      process.destroyForcibly();
    }
  }
}
