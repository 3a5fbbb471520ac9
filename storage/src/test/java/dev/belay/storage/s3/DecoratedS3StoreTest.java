package dev.belay.storage.s3;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.faults.DecoratedStores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Every decorator over S3Proxy. */
class DecoratedS3StoreTest extends DecoratedStores {
  private static S3Server server;

  private S3Location place;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void findPlace() throws Exception {
    place = server.place();
  }

  @AfterEach
  void removePlace() {
    server.remove(place);
  }

  @Override
  protected ObjectStore open() throws Exception {
    return new S3Store(place, server.client());
  }
}
