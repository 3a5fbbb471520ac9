package dev.belay.jobs.cli.local;

import static org.awaitility.Awaitility.await;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import dev.belay.storage.s3.S3Buckets;
import dev.belay.storage.s3.S3Location;
import dev.belay.storage.s3.S3Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server that speaks S3 in a process of its own, which can be killed and come back with what it
 * had: MinIO where its program is found, else S3Proxy. All of them take the same credentials.
 */
public final class S3Process implements AutoCloseable {
  private static final String BUCKET = "belay";

  private final Path directory;
  private final int port;
  private Process process;

  private S3Process(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /** Started, with an empty bucket. Its client in this process needs {@link #useHere}. */
  public static S3Process start(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("data"));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    S3Process server = new S3Process(directory, port, launch(directory, port));
    await("S3 at " + port)
        .atMost(Duration.ofSeconds(60))
        .ignoreException(StoreException.class)
        .until(
            () -> {
              S3Buckets.make(S3Location.parse(server.url("any")));
              return true;
            });
    return server;
  }

  private static Process launch(Path directory, int port) throws IOException {
    Optional<MinioBinary> minio = MinioBinary.program(System.getenv());
    Path data = directory.resolve("data");
    List<String> words =
        minio.isPresent()
            ? minio.get().command(data, port)
            : List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                S3ProxyMain.class.getName(),
                Integer.toString(port),
                data.toString());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
    builder.environment().put("MINIO_ROOT_USER", S3Server.IDENTITY);
    builder.environment().put("MINIO_ROOT_PASSWORD", S3Server.CREDENTIAL);
    builder.environment().put("MINIO_BROWSER", "off");
    builder.environment().put("MINIO_UPDATE", "off");
    return builder.start();
  }

  /** The URL of a store in it. */
  public String url(String prefix) {
    return "s3://" + BUCKET + "/" + prefix + "?endpoint=http://127.0.0.1:" + port;
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("S3 does not die");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Comes back with what it had. */
  public void revive() throws IOException {
    process = launch(directory, port);
    await("S3 at " + port + " is back")
        .atMost(Duration.ofSeconds(60))
        .ignoreException(StoreException.class)
        .until(
            () -> {
              try (ObjectStore store = Stores.open(url("any"))) {
                store.list("");
              }
              return true;
            });
  }

  /** What gives a process the credentials. */
  public static Map<String, String> environment() {
    return Map.of(
        "AWS_ACCESS_KEY_ID", S3Server.IDENTITY, "AWS_SECRET_ACCESS_KEY", S3Server.CREDENTIAL);
  }

  /** Gives this process the credentials, until what is returned is closed. */
  public static AutoCloseable useHere() {
    System.setProperty("aws.accessKeyId", S3Server.IDENTITY);
    System.setProperty("aws.secretAccessKey", S3Server.CREDENTIAL);
    return () -> {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    };
  }

  @Override
  public void close() {
    kill();
  }
}
