package dev.belay.jobs.e2e;

import dev.belay.jobs.cli.local.MinioHost;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** MinIO goes away and comes back. */
@EnabledIf(value = "present", disabledReason = "no minio on the PATH or in MINIO_BIN")
class StoreOutageIT extends StoreOutage {
  static boolean present() {
    return MinioHost.present();
  }

  @Test
  void minioIsKilledAndStartedAgain() throws Exception {
    minio.kill();
    holdsThroughout("is out of reach");
    minio.restart();
    allIsWellAgain();
  }

  @Test
  void theBucketIsGoneAndBack() throws Exception {
    Path aside = directory.resolve("aside");
    Files.move(minio.bucket(), aside);
    holdsThroughout("there is no bucket belay: make it, or name another");
    Files.deleteIfExists(minio.bucket());
    Files.move(aside, minio.bucket());
    allIsWellAgain();
  }

  /** It takes connections, and answers nothing: no request fails, and none succeeds. */
  @Test
  void minioIsFrozen() throws Exception {
    minio.signal("STOP");
    computesOn();
    minio.signal("CONT");
    endsExactly();
    allIsWellAgain();
  }
}
