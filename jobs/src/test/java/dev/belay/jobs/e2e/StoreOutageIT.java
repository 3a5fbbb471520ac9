package dev.belay.jobs.e2e;

import dev.belay.jobs.cli.local.MinioHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
    String trouble = "there is no bucket belay: make it, or name another";
    List<Path> aside = new ArrayList<>();
    cluster.await(
        waiting,
        "the bucket is away",
        job -> {
          moveAside(aside);
          return job.getPartitionsList().stream().allMatch(p -> p.getError().contains(trouble));
        });
    holdsThroughout(trouble);
    moveAside(aside);
    Files.move(aside.get(0), minio.bucket());
    for (Path stray : aside.subList(1, aside.size())) {
      merge(stray, minio.bucket());
    }
    allIsWellAgain();
  }

  /** A put that was under way may have made it anew, with its object in it. */
  private void moveAside(List<Path> aside) {
    if (Files.exists(minio.bucket())) {
      Path next = directory.resolve("aside-" + aside.size());
      try {
        Files.move(minio.bucket(), next);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      aside.add(next);
    }
  }

  private static void merge(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.move(file, target);
      }
    }
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
