package dev.belay.jobs.cli.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.StoreException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A coordinator starts whatever its store does, but for one that it could never use. */
class CoordinatorStoreTest {
  @BeforeEach
  void credentials() {
    System.setProperty("aws.accessKeyId", "somebody");
    System.setProperty("aws.secretAccessKey", "secret");
  }

  @AfterEach
  void noCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  /** It takes connections, and never says a word: a hung server, or what a firewall swallows. */
  @Test
  void aSilentStoreIsNotWaitedFor() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CoordinatorStore store =
            CoordinatorStore.open(
                "s3://belay?endpoint=http://127.0.0.1:" + silent.getLocalPort())) {
      // That it came here at all: its requests give up after minutes.
    }
  }

  @Test
  void whatIsNoStoreIsRefused() {
    assertThatThrownBy(() -> CoordinatorStore.open("s3:///"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("no name of a bucket");
  }
}
