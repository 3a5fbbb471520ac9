package dev.belay.jobs.cli;

import dev.belay.jobs.cli.local.LocalCoordinator;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves as the coordinator, until a signal. */
@Command(
    name = "coordinator",
    description = {
      "Runs a coordinator until SIGTERM or Ctrl-C.",
      "What it has acknowledged is in its data directory: start it there again, and everything"
          + " goes on."
    },
    footer = {
      "",
      "Examples:",
      "  belay coordinator",
      "  belay coordinator --listen 10.0.0.5:7070 --data /var/lib/belay",
      "  belay coordinator --listen 10.0.0.5:7070 --store file:/shared/belay",
      "  belay coordinator --store s3://bucket/belay --s3-endpoint http://s3:9000"
    })
final class CoordinatorCommand implements Callable<Integer> {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = HostPort.DEFAULT,
      description =
          "Where to listen; port 0: any free one (default: ${DEFAULT-VALUE}). Whoever can reach it"
              + " can submit jobs.")
  String listen = HostPort.DEFAULT;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where its journal lies (default: ~/.belay).")
  @Nullable Path data;

  @Mixin StoreOptions store;

  @Mixin StandardOptions standard;

  private final Output output;

  CoordinatorCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path directory = (data != null ? data : Directories.home()).toAbsolutePath().normalize();
    try (LocalCoordinator coordinator =
        LocalCoordinator.start(HostPort.parse(listen), directory, store.url(directory))) {
      AtomicBoolean ending = new AtomicBoolean();
      Signals.onEnd(
          signal -> {
            if (ending.getAndSet(true)) {
              Runtime.getRuntime().halt(Signals.exitCode(signal));
            }
            coordinator.close();
          });
      tellReady(coordinator, directory);
      coordinator.awaitEnd();
    }
    return ExitCode.DONE;
  }

  private void tellReady(LocalCoordinator coordinator, Path directory) {
    String address = coordinator.address().toString();
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            json.writeStringField("listen", address);
            json.writeStringField("data", directory.toString());
            json.writeStringField("store", coordinator.store());
            json.writeNumberField("pid", ProcessHandle.current().pid());
            json.writeEndObject();
          });
    } else {
      output.line(
          "coordinator ready on "
              + address
              + ", data in "
              + directory
              + ", store "
              + coordinator.store());
    }
  }
}
