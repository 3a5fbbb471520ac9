package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract, on S3Proxy. */
class S3StoreTest extends S3StoreContract {
  private static S3Server server;

  private S3Location place;
  private S3Store store;
  private S3Store another;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    place = server.place();
    store = new S3Store(place, server.client());
    another = new S3Store(place, server.client());
  }

  @AfterEach
  void close() {
    store.close();
    another.close();
    server.remove(place);
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
