package dev.belay.storage.s3;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.http.SdkHttpClient;

/** Every trouble of the network to S3Proxy. */
class TroubledS3StoreTest extends TroubledS3Stores {
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
  protected S3Store open(SdkHttpClient http) throws Exception {
    return new S3Store(place, server.client(http));
  }
}
