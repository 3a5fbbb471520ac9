package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.storage.StoreException;
import dev.belay.storage.s3.S3Buckets;
import dev.belay.storage.s3.S3Location;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A MinIO server for this machine alone: on loopback, with its data and its generated password
 * below a directory. It ends with this process, however that ends: a shell beside it holds the
 * other end of a pipe. Ctrl-C in the terminal does not reach it, so that workers can still take
 * their final checkpoints.
 */
public final class MinioServer implements AutoCloseable {
  private static final String BUCKET = "belay";
  private static final long READY_SECONDS = 60;
  private static final long STOP_SECONDS = 10;
  private static final long POLL_MILLIS = 50;

  private static final String GUARD =
      "trap '' INT HUP; exec 3<&0; new=; command -v setsid >/dev/null 2>&1 && new=setsid;"
          + " $new \"$@\" 3<&- </dev/null & server=$!;"
          + " { cat <&3 >/dev/null; kill $server; } & wait $server";

  private final Process guard;
  private final URI endpoint;
  private final MinioCredentials credentials;

  private MinioServer(Process guard, URI endpoint, MinioCredentials credentials) {
    this.guard = guard;
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  /**
   * Starts it, and returns once it serves and has the bucket. From then on this process uses its
   * credentials.
   *
   * @param directory where its data, log and credentials lie
   * @param port 0: any free one
   * @throws CliException with one line for people
   */
  public static MinioServer start(Path directory, int port) {
    MinioBinary binary = MinioBinary.find(System.getenv());
    Path log = directory.resolve("log");
    MinioServer server = null;
    try {
      Path data = Files.createDirectories(directory.resolve("data"));
      MinioCredentials credentials = MinioCredentials.in(directory);
      int free = port != 0 ? port : freePort();
      URI endpoint = URI.create("http://127.0.0.1:" + free);
      server =
          new MinioServer(
              launch(binary.command(data, free), credentials, log), endpoint, credentials);
      server.awaitReady(log);
      credentials.useInThisProcess();
      S3Buckets.make(S3Location.parse(server.store()));
      return server;
    } catch (StoreException e) {
      closed(server);
      throw new CliException(ExitCode.FAILED, "MinIO refuses: " + e.getMessage(), e);
    } catch (IOException e) {
      closed(server);
      throw new CliException(
          ExitCode.FAILED, "cannot start MinIO in " + directory + ": " + e.getMessage(), e);
    } catch (CliException e) {
      closed(server);
      throw e;
    }
  }

  private static void closed(@Nullable MinioServer server) {
    if (server != null) {
      server.close();
    }
  }

  private static Process launch(List<String> command, MinioCredentials credentials, Path log)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("sh", "-c", GUARD, "minio"));
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(Redirect.PIPE)
            .redirectOutput(Redirect.appendTo(log.toFile()))
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("MINIO_ROOT_USER", credentials.user());
    environment.put("MINIO_ROOT_PASSWORD", credentials.password());
    environment.put("MINIO_BROWSER", "off");
    environment.put("MINIO_UPDATE", "off");
    return builder.start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady(Path log) throws IOException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.resolve("/minio/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (System.nanoTime() < deadline) {
      if (!guard.isAlive()) {
        throw new CliException(
            ExitCode.FAILED, "MinIO ended at once: " + lastLine(log) + " (its log: " + log + ")");
      }
      try {
        if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Not yet.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      pause();
    }
    throw new CliException(
        ExitCode.FAILED,
        "MinIO did not get ready within " + READY_SECONDS + " s (its log: " + log + ")");
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
  }

  /** Such as {@code http://127.0.0.1:9000}. */
  public URI endpoint() {
    return endpoint;
  }

  /** The URL of the store in its bucket. */
  public String store() {
    return "s3://" + BUCKET + "?endpoint=" + endpoint;
  }

  /** What gives another process its credentials. */
  public MinioCredentials credentials() {
    return credentials;
  }

  /** Waits until it has ended. */
  public void awaitEnd() throws InterruptedException {
    guard.waitFor();
  }

  @Override
  public void close() {
    try {
      guard.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!guard.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        guard.descendants().forEach(ProcessHandle::destroyForcibly);
        guard.destroyForcibly();
      }
    } catch (InterruptedException e) {
      guard.descendants().forEach(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }
}
