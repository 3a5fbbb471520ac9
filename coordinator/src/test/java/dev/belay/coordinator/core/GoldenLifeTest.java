package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.Recovery;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a coordinator of format 2 has written is understood by this one. Fails when there is a kind
 * of event that the golden journal lacks: as long as its format is not released, {@code mvn test
 * -pl coordinator -am -Dtest=GoldenLifeTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dbelay.golden=true} writes it.
 */
class GoldenLifeTest {
  private static final boolean WRITE = Boolean.getBoolean("belay.golden");

  @TempDir Path root;

  @BeforeAll
  static void write() throws IOException {
    if (WRITE) {
      GoldenLife.write(directory());
    }
  }

  /** Read from the class path, since mutation testing runs this in another module's directory. */
  private static Path directory() throws IOException {
    if (WRITE) {
      return Path.of("src/test/resources/golden");
    }
    URL journal = Objects.requireNonNull(GoldenLifeTest.class.getResource("/golden/journal-2.zip"));
    try {
      return Objects.requireNonNull(Path.of(journal.toURI()).getParent());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  @BeforeEach
  void unpack() throws IOException {
    try (InputStream in = Files.newInputStream(directory().resolve("journal-2.zip"));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = root.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }

  private static List<String> expected() throws IOException {
    return Files.readAllLines(directory().resolve("journal-2.txt"));
  }

  private Recovery<GoldenLife.State> recover() throws IOException {
    try (DataDirectory directory = DataDirectory.open(root)) {
      return GoldenLife.store(directory).recover();
    }
  }

  @Test
  void everyKindOfEventIsReadAndMeansWhatItMeant() throws IOException {
    Files.delete(root.resolve("snapshots/0000000002.snapshot"));
    GoldenLife.State state = recover().target();
    assertThat(state.seen).isEqualTo(GoldenLife.allKinds());
    assertThat(state.jobs()).isEqualTo(expected());
    Invariants.check(state.core.state());
  }

  @Test
  void itsSnapshotSaysTheSame() throws IOException {
    GoldenLife.State newest = recover().target();
    Files.delete(root.resolve("snapshots/0000000002.snapshot"));
    assertThat(TestCluster.snapshot(newest.core))
        .isEqualTo(TestCluster.snapshot(recover().target().core));
    Invariants.check(newest.core.state());
  }
}
