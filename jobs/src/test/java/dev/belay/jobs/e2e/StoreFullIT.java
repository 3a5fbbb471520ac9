package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.belay.jobs.cli.local.MinioHost;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The disk of MinIO is full, and then is not: a small one in memory, where this user may mount. */
@EnabledOnOs(OS.LINUX)
@EnabledIf(value = "present", disabledReason = "no minio on the PATH or in MINIO_BIN")
class StoreFullIT extends StoreOutage {
  private boolean mounted;

  static boolean present() {
    return MinioHost.present();
  }

  @Override
  void prepare(Path minioDirectory) throws Exception {
    Path data = Files.createDirectories(minioDirectory.resolve("data"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", data.toString());
    assumeTrue(mounted, "this user may mount no disk that could be full");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(run("umount", "-l", directory.resolve("minio/data").toString())).isTrue();
    }
  }

  @Test
  void theDiskIsFullAndThenIsNot() throws Exception {
    Path ballast = directory.resolve("minio/data/ballast");
    fill(ballast);
    holdsThroughout("the store is full");
    Files.delete(ballast);
    allIsWellAgain();
  }

  private static void fill(Path ballast) throws IOException {
    byte[] much = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(much);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left on device");
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
