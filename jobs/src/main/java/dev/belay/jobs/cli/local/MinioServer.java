package dev.belay.jobs.cli.local;

import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.runtime.text.Reason;
import dev.belay.storage.StoreException;
import dev.belay.storage.s3.S3Buckets;
import dev.belay.storage.s3.S3Location;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A MinIO server for this machine alone: on loopback, with its data and its generated password
 * below a directory, which no other server may use meanwhile. It ends with this process, however
 * that ends. Ctrl-C in the terminal does not reach it, so that workers can still take their final
 * checkpoints.
 */
public final class MinioServer implements AutoCloseable {
  private static final String BUCKET = "belay";
  private static final long READY_SECONDS = 60;
  private static final long POLL_MILLIS = 50;
  private static final int PORTS = 5;
  private static final int MOST_SAID = 1 << 20;

  /** As MinIO and Docker say it. */
  private static final Pattern TAKEN =
      Pattern.compile("already in use|already allocated", Pattern.CASE_INSENSITIVE);

  private final MinioBinary binary;
  private final MinioDirectory directory;
  private final MinioCredentials credentials;
  private final URI endpoint;
  private final long logged;
  private final MinioGuard guard;

  private MinioServer(MinioBinary binary, MinioDirectory directory, int port) throws IOException {
    this.binary = binary;
    this.directory = directory;
    this.credentials = directory.credentials();
    this.endpoint = URI.create("http://127.0.0.1:" + port);
    this.logged = Files.exists(directory.log()) ? Files.size(directory.log()) : 0;
    this.guard =
        MinioGuard.start(
            binary.command(directory.data(), port),
            Map.of(
                "MINIO_ROOT_USER",
                credentials.user(),
                "MINIO_ROOT_PASSWORD",
                credentials.password(),
                "MINIO_BROWSER",
                "off",
                "MINIO_UPDATE",
                "off"),
            directory.log());
  }

  /**
   * Starts it, and returns once it serves and has the bucket. From then on this process uses its
   * credentials.
   *
   * @param path the directory where its data, log and credentials lie
   * @param port 0: any free one
   * @throws CliException with one line for people
   */
  public static MinioServer start(Path path, int port) {
    return start(MinioBinary.find(System.getenv()), path, port);
  }

  /** A free port may be taken by the time that MinIO listens on it: then on another. */
  static MinioServer start(MinioBinary binary, Path path, int port) {
    for (int others = port == 0 ? PORTS - 1 : 0; ; others--) {
      try {
        return startOn(binary, path, port(port));
      } catch (PortTakenException e) {
        if (others == 0) {
          throw new CliException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
      }
    }
  }

  /** Nobody listened there a moment ago. */
  private static final class PortTakenException extends Exception {
    private static final long serialVersionUID = 1;

    PortTakenException(CliException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static MinioServer startOn(MinioBinary binary, Path path, int port)
      throws PortTakenException {
    MinioDirectory directory = null;
    MinioServer server = null;
    boolean serves = false;
    try {
      directory = MinioDirectory.open(path);
      server = new MinioServer(binary, directory, port);
      server.awaitReady();
      server.credentials.useInThisProcess();
      S3Buckets.make(S3Location.parse(server.store()));
      serves = true;
      return server;
    } catch (StoreException e) {
      throw new CliException(ExitCode.FAILED, "MinIO refuses: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED, "cannot start MinIO in " + path + ": " + Reason.of(e), e);
    } finally {
      if (!serves) {
        closed(server, directory);
      }
    }
  }

  private static void closed(@Nullable MinioServer server, @Nullable MinioDirectory directory) {
    if (server != null) {
      server.close();
    } else if (directory != null) {
      directory.close();
    }
  }

  /** The port to use: that one if nobody listens there, or a free one for 0. */
  private static int port(int wanted) {
    try (ServerSocket socket = new ServerSocket(wanted, 1, loopback())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          "cannot listen on 127.0.0.1:"
              + wanted
              + " ("
              + e.getMessage()
              + "): stop what listens there, or choose another port with --port",
          e);
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private void awaitReady() throws IOException, PortTakenException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.resolve("/minio/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (System.nanoTime() < deadline) {
      if (!guard.alive()) {
        CliException failure = failed("MinIO ended at once: " + lastLine());
        if (said().stream().anyMatch(TAKEN.asPredicate())) {
          throw new PortTakenException(failure);
        }
        throw failure;
      }
      try {
        if (isReady(client.send(request, BodyHandlers.discarding()))) {
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
    throw failed("MinIO did not get ready within " + READY_SECONDS + " s");
  }

  /**
   * It says 200 from the beginning, and in a header that it is not initialised, while it is not.
   */
  private static boolean isReady(HttpResponse<Void> health) {
    return health.statusCode() == 200
        && health.headers().firstValue("X-Minio-Server-Status").isEmpty();
  }

  private CliException failed(String what) {
    if (!binary.minio()) {
      return CliException.usage(
          binary.program()
              + " is no MinIO server: put minio on the PATH, or its path in MINIO_BIN");
    }
    return new CliException(ExitCode.FAILED, what + " (its log: " + directory.log() + ")");
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private String lastLine() throws IOException {
    List<String> lines = said();
    return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
  }

  /** What this server, not one before it, has said. */
  private List<String> said() throws IOException {
    try (InputStream log = Files.newInputStream(directory.log())) {
      log.skipNBytes(logged);
      return new String(log.readNBytes(MOST_SAID), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    }
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
    guard.awaitEnd();
  }

  /** SIGKILL; it is to be closed all the same. */
  void kill() {
    guard.kill();
  }

  @Override
  public void close() {
    guard.end();
    directory.close();
  }
}
