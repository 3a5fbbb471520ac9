package dev.belay.jobs.cli;

import dev.belay.jobs.cli.local.MinioServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A MinIO server for this machine, until a signal. */
@Command(
    name = "minio",
    description = {
      "Runs a MinIO server on loopback until SIGTERM or Ctrl-C.",
      "It is the minio on the PATH or in MINIO_BIN, else by Docker. Its data and its generated"
          + " password stay in the data directory."
    },
    footer = {
      "",
      "Examples:",
      "  belay minio",
      "  belay minio --port 9000 --data /var/lib/belay",
      "then, in another terminal, with the file and the URL that it prints:",
      "  export AWS_SHARED_CREDENTIALS_FILE=~/.belay/minio/credentials",
      "  belay coordinator --store 's3://belay?endpoint=http://127.0.0.1:9000'"
    })
final class MinioCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65_535;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9000",
      description = "Where to listen on 127.0.0.1; 0: any free one (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps everything in DIR/minio (default: ~/.belay).")
  @Nullable Path data;

  @Mixin StandardOptions standard;

  private final Output output;

  MinioCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > MOST_PORT) {
      throw CliException.usage("--port " + port + " is not within 0 to " + MOST_PORT);
    }
    Path directory = (data != null ? data : Directories.home()).toAbsolutePath().normalize();
    AtomicBoolean asked = new AtomicBoolean();
    try (MinioServer server = MinioServer.start(directory.resolve("minio"), port)) {
      Signals.onEnd(
          signal -> {
            if (asked.getAndSet(true)) {
              Runtime.getRuntime().halt(Signals.exitCode(signal));
            }
            server.close();
          });
      tellReady(server);
      server.awaitEnd();
    }
    if (!asked.get()) {
      throw new CliException(
          ExitCode.FAILED, "MinIO ended by itself: see " + directory.resolve("minio/log"));
    }
    return ExitCode.DONE;
  }

  private void tellReady(MinioServer server) {
    String file = server.credentials().file().toString();
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("endpoint", server.endpoint().toString());
            json.writeStringField("store", server.store());
            json.writeStringField("credentials", file);
            json.writeNumberField("pid", ProcessHandle.current().pid());
            json.writeEndObject();
          });
    } else {
      output.line("MinIO ready on " + server.endpoint() + ", store " + server.store());
      output.line("its credentials: export AWS_SHARED_CREDENTIALS_FILE=" + Shell.quoted(file));
    }
  }
}
