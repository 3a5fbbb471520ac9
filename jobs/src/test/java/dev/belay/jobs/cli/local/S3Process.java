package dev.belay.jobs.cli.local;

import static org.awaitility.Awaitility.await;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import dev.belay.storage.s3.S3Buckets;
import dev.belay.storage.s3.S3Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A server that speaks S3 in a process of its own, which can be killed and come back with what it
 * had: MinIO where its program is found, else S3Proxy. Each takes credentials of its own alone,
 * which lie under its name in a file of profiles.
 */
public final class S3Process implements AutoCloseable {
  private static final String BUCKET = "belay";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 5;
  private static final int LAST_LINES = 20;

  private final Path parent;
  private final String name;
  private final Path directory;
  private final int port;
  private Process process;
  private long logged;

  /** Something that is possible once the server serves. */
  @FunctionalInterface
  private interface Step {
    void make() throws StoreException;
  }

  private S3Process(Path parent, String name, int port) throws IOException {
    this.parent = parent;
    this.name = name;
    this.directory = parent.resolve(name);
    this.port = port;
    this.process = launch();
  }

  /**
   * Started, with an empty bucket. Its client in this process needs {@link #useHere}.
   *
   * @param parent where its directory of that name is made, and the file of profiles
   */
  public static S3Process start(Path parent, String name) throws IOException {
    Files.createDirectories(parent.resolve(name).resolve("data"));
    Files.writeString(
        profiles(parent),
        "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
            .formatted(name, identity(name), credential(name)),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    for (int attempt = 1; ; attempt++) {
      S3Process server = new S3Process(parent, name, Ports.free());
      try {
        server.awaitServing(() -> S3Buckets.make(S3Location.parse(server.ownUrl("any"))));
        return server;
      } catch (AssertionError e) {
        boolean portTaken = !server.process.isAlive() && server.said().contains("in use");
        server.kill();
        if (!portTaken || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Fails with what the server said, and with what its client was told last. */
  private void awaitServing(Step step) throws IOException {
    AtomicReference<StoreException> last = new AtomicReference<>();
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> !process.isAlive() || works(step, last));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "S3 at %d does not serve within %s; it said: %s".formatted(port, PATIENCE, said()),
          last.get());
    }
    if (!process.isAlive()) {
      throw new AssertionError(
          "S3 at %d ended at once, with exit code %d; it said: %s"
              .formatted(port, process.exitValue(), said()),
          last.get());
    }
  }

  private static boolean works(Step step, AtomicReference<StoreException> last) {
    try {
      step.make();
      return true;
    } catch (StoreException e) {
      last.set(e);
      return false;
    }
  }

  /** The last lines since it was launched. */
  private String said() throws IOException {
    byte[] all = Files.readAllBytes(log());
    List<String> lines =
        new String(all, (int) logged, (int) (all.length - logged), StandardCharsets.UTF_8)
            .lines()
            .toList();
    return lines.isEmpty()
        ? "nothing"
        : String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  private Path log() {
    return directory.resolve("log");
  }

  private Process launch() throws IOException {
    logged = Files.exists(log()) ? Files.size(log()) : 0;
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
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("MINIO_ROOT_USER", identity(name));
    builder.environment().put("MINIO_ROOT_PASSWORD", credential(name));
    builder.environment().put("MINIO_BROWSER", "off");
    builder.environment().put("MINIO_UPDATE", "off");
    return builder.start();
  }

  private static String identity(String name) {
    return "belay-" + name;
  }

  private static String credential(String name) {
    return "secret-of-" + name;
  }

  /** Profiles of all servers that were started below a directory. */
  public static Path profiles(Path parent) {
    return parent.resolve("profiles");
  }

  /** The URL of a store in it, for who has its credentials in the environment. */
  public String url(String prefix) {
    return "s3://" + BUCKET + "/" + prefix + "?endpoint=http://127.0.0.1:" + port;
  }

  /** As above, for who has the file of profiles. */
  public String ownUrl(String prefix) {
    return url(prefix) + "&profile=" + name;
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
    process = launch();
    awaitServing(
        () -> {
          try (ObjectStore store = Stores.open(ownUrl("any"))) {
            List<ObjectStore.Stored> unused = store.list("");
          }
        });
  }

  /** What gives a process the credentials, and the file of profiles. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ACCESS_KEY_ID",
        identity(name),
        "AWS_SECRET_ACCESS_KEY",
        credential(name),
        "AWS_SHARED_CREDENTIALS_FILE",
        profiles(parent).toString());
  }

  /** Gives this process the file of profiles, until what is returned is closed. */
  public static AutoCloseable useHere(Path parent) {
    System.setProperty("aws.sharedCredentialsFile", profiles(parent).toString());
    return () -> System.clearProperty("aws.sharedCredentialsFile");
  }

  @Override
  public void close() {
    kill();
  }
}
