package dev.belay.jobs.cli.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that must be told one, and may come back to it after a while.
 *
 * <p>None of those that the system gives out by itself, to a connection or to who asks for port 0:
 * such a port can be somebody else's by the time that the server has started.
 */
public final class Ports {
  private static final Path GIVEN_OUT = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int LEAST = 15_000;
  private static final int USUAL_END = 32_768;
  private static final int ATTEMPTS = 100;

  private Ports() {}

  /** One on loopback that nobody listens on now. */
  public static int free() throws IOException {
    int end = end();
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = end <= LEAST ? 0 : ThreadLocalRandom.current().nextInt(LEAST, end);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: another.
      }
    }
    throw new IOException("no free port among " + LEAST + " to " + end);
  }

  /** Where those begin that the system gives out. */
  private static int end() throws IOException {
    if (!Files.isReadable(GIVEN_OUT)) {
      return USUAL_END;
    }
    // As a stream: such a file says that it has no bytes, and ends when it was read by fewer.
    String first = Files.readAllLines(GIVEN_OUT).get(0).strip().split("\\s+")[0];
    return Math.min(USUAL_END, Integer.parseInt(first));
  }
}
