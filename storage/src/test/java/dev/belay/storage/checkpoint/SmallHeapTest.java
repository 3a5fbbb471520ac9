package dev.belay.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** However large a checkpoint is, it passes through a small heap, both ways. */
@Timeout(300)
class SmallHeapTest {
  @TempDir Path directory;

  /** What is in flight takes 64 MiB at most; so here it is the state that would not fit. */
  @Test
  void aLargeCheckpointPasses() throws Exception {
    run("112m", 384);
  }

  /** The promise as it is made: 2 GB through 256 MB. Takes a minute. */
  @Test
  @Tag("slow")
  @EnabledIfSystemProperty(named = "belay.slow", matches = "true")
  void aHugeCheckpointPasses() throws Exception {
    run("256m", 2048);
  }

  private void run(String heap, int megabytes) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + heap,
                    "-cp",
                    System.getProperty("java.class.path"),
                    SmallHeap.class.getName(),
                    directory.toString(),
                    Integer.toString(megabytes)))
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      System.out.println(said);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).contains("read: " + megabytes + " MB");
    } finally {
      process.destroyForcibly();
    }
  }
}
