package dev.belay.jobs.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreProbe;
import dev.belay.storage.s3.S3Location;
import dev.belay.storage.s3.S3Store;
import dev.belay.storage.s3.S3StoreContract;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The contract of stores, on a real MinIO. */
@EnabledIf(value = "present", disabledReason = "no minio on the PATH or in MINIO_BIN")
class MinioStoreTest extends S3StoreContract {
  private static final AtomicInteger PLACES = new AtomicInteger();

  @TempDir static Path directory;
  private static MinioServer server;

  private S3Store store;
  private S3Store another;

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
  void open() throws Exception {
    S3Location place =
        S3Location.parse(server.store().replace("?", "/place-" + PLACES.incrementAndGet() + "?"));
    store = S3Store.open(place);
    another = S3Store.open(place);
  }

  @AfterEach
  void close() {
    store.close();
    another.close();
  }

  @Test
  void canHoldAMirror() throws Exception {
    assertThat(StoreProbe.whyNoMirror(store)).isEmpty();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Override
  protected ObjectStore another() {
    return another;
  }
}
