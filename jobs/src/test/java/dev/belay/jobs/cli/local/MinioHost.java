package dev.belay.jobs.cli.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real MinIO for a test, which can be killed, frozen and started again where it was. */
public final class MinioHost implements AutoCloseable {
  private static final long END_SECONDS = 30;

  private final Path directory;
  private final int port;
  private final MinioServer first;
  private @Nullable MinioServer server;

  private MinioHost(Path directory, MinioServer server) {
    this.directory = directory;
    this.first = server;
    this.server = server;
    this.port = server.endpoint().getPort();
  }

  /** Whether its program is here. */
  public static boolean present() {
    return MinioBinary.program(System.getenv()).isPresent();
  }

  /** Its path. */
  public static Path program() {
    return MinioBinary.program(System.getenv()).orElseThrow().program();
  }

  /** Started, with an empty bucket. */
  public static MinioHost start(Path directory) throws IOException {
    return new MinioHost(directory, MinioServer.start(directory, Ports.free()));
  }

  /** The URL of a store in it. */
  public String store() {
    return first.store();
  }

  /** Where its objects lie. */
  public Path bucket() {
    return directory.resolve("data/belay");
  }

  /** What gives a process the credentials. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    first.credentials().useIn(environment);
    return environment;
  }

  /** What gives a process wrong ones. */
  public Map<String, String> wrongEnvironment(String secret) {
    return Map.of("AWS_ACCESS_KEY_ID", first.credentials().user(), "AWS_SECRET_ACCESS_KEY", secret);
  }

  /** What must not be found anywhere. */
  public String secret() {
    return first.credentials().password();
  }

  /** SIGKILL. */
  public void kill() throws IOException, InterruptedException {
    for (ProcessHandle process : processes()) {
      process.destroyForcibly();
      process.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).join();
    }
    close();
  }

  /** After {@link #kill}: on the same port, with the same objects. */
  public void restart() {
    server = MinioServer.start(directory, port);
  }

  /** The server takes connections and does nothing, until it is sent CONT. */
  public void signal(String signal) throws IOException, InterruptedException {
    for (ProcessHandle process : processes()) {
      int exit =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IOException("kill -" + signal + " " + process.pid() + " failed");
      }
    }
  }

  private List<ProcessHandle> processes() {
    String address = "127.0.0.1:" + port;
    return ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .filter(
                        words ->
                            words.length > 0
                                && words[0].equals("server")
                                && List.of(words).contains(address))
                    .isPresent())
        .toList();
  }

  @Override
  public void close() {
    MinioServer running = server;
    server = null;
    if (running != null) {
      running.close();
    }
  }
}
