package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.local.MinioHost;
import dev.belay.storage.s3.SmallHeapMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** An object many times as large as the heap goes up in parts, and comes down in ranges. */
@EnabledIf(value = "present", disabledReason = "no minio on the PATH or in MINIO_BIN")
class LargeObjectIT {
  private static final int MEGABYTES = Integer.getInteger("belay.test.megabytes", 768);

  @TempDir Path directory;

  static boolean present() {
    return MinioHost.present();
  }

  @Test
  void passesThroughASmallHeap() throws Exception {
    Path said = directory.resolve("said");
    try (MinioHost minio = MinioHost.start(directory.resolve("minio"))) {
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  // 64 MiB for parts on their way, 20 for ranges, and what a JVM with the client in
                  // it takes.
                  "-Xmx112m",
                  "-XX:+ExitOnOutOfMemoryError",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SmallHeapMain.class.getName(),
                  minio.store(),
                  Integer.toString(MEGABYTES))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      builder.environment().putAll(minio.environment());
      Process child = builder.start();
      try {
        assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
      } finally {
        child.destroyForcibly();
      }
    }
    assertThat(Files.readString(said)).endsWith("passed " + MEGABYTES + " MiB\n");
  }
}
