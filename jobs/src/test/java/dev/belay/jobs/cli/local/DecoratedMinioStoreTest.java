package dev.belay.jobs.cli.local;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.faults.DecoratedStores;
import dev.belay.storage.s3.S3Location;
import dev.belay.storage.s3.S3Store;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Every decorator over a real MinIO. */
@EnabledIf(value = "present", disabledReason = "no minio on the PATH or in MINIO_BIN")
class DecoratedMinioStoreTest extends DecoratedStores {
  private static final AtomicInteger PLACES = new AtomicInteger();

  @TempDir static Path directory;
  private static MinioServer server;

  private S3Location place;

  static boolean present() {
    return MinioBinary.program(System.getenv()).isPresent();
  }

  @BeforeAll
  static void start() {
    server = MinioServer.start(directory, 0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void findPlace() throws Exception {
    place =
        S3Location.parse(server.store().replace("?", "/place-" + PLACES.incrementAndGet() + "?"));
  }

  @Override
  protected ObjectStore open() throws Exception {
    return S3Store.open(place);
  }
}
