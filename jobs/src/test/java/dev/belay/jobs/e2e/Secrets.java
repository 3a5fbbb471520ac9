package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A password stands in no log, journal, checkpoint, process list or answer. */
final class Secrets {
  private Secrets() {}

  /**
   * @param where where the server keeps it, which is not looked into
   */
  static void assertNowhere(Cluster cluster, String secret, Path where) throws IOException {
    try (Stream<Path> files = Files.walk(cluster.directory)) {
      List<Path> all =
          files.filter(Files::isRegularFile).filter(file -> !file.startsWith(where)).toList();
      assertThat(all).as("logs and journals").hasSizeGreaterThan(3);
      for (Path file : all) {
        assertThat(text(file)).as("%s", file).doesNotContain(secret);
      }
    }
    if (Files.isDirectory(where.resolve("data/belay"))) {
      try (Stream<Path> files = Files.walk(where.resolve("data/belay"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(text(file)).as("%s", file).doesNotContain(secret);
        }
      }
    }
    assertThat(cluster.everythingToldToClients()).doesNotContain(secret);
    assertNotInProcessList(secret);
  }

  /** Where there is a /proc. */
  private static void assertNotInProcessList(String secret) throws IOException {
    Path proc = Path.of("/proc");
    if (!Files.isDirectory(proc.resolve("self"))) {
      return;
    }
    try (Stream<Path> processes = Files.list(proc)) {
      for (Path process : processes.toList()) {
        Path words = process.resolve("cmdline");
        if (Files.isReadable(words)) {
          assertThat(textIfAlive(words)).as("%s", words).doesNotContain(secret);
        }
      }
    }
  }

  private static String textIfAlive(Path file) {
    try {
      return text(file);
    } catch (IOException e) {
      return "";
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
