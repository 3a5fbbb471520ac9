package dev.belay.jobs.cli;

import dev.belay.coordinator.Region;
import dev.belay.jobs.cli.local.LocalCoordinator;
import dev.belay.jobs.cli.local.RegionSettings;
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
          + " goes on. Before it ends it copies what its --mirror lacks, for 10 s at most."
    },
    footer = {
      "",
      "Examples:",
      "  belay coordinator",
      "  belay coordinator --listen 10.0.0.5:7070 --data /var/lib/belay",
      "  belay coordinator --listen 10.0.0.5:7070 --store file:/shared/belay",
      "  belay coordinator --store s3://bucket/belay --s3-endpoint http://s3:9000",
      "  belay coordinator --store s3://here/belay --mirror s3://there/belay",
      "  belay coordinator --store s3://a/belay --mirror 's3://b/belay?profile=dr'",
      "  belay coordinator --data /var/lib/belay2 --recover-from s3://there/belay"
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

  @Mixin CollectionOptions collection;

  @Mixin MirrorOptions mirror;

  @Mixin RecoveryOptions recovery;

  @Option(
      names = "--supervised",
      hidden = true,
      description = "Standard input is the line to the parent: \"drain\" and its end both end.")
  boolean supervised;

  @Mixin StandardOptions standard;

  private final Output output;

  CoordinatorCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path directory = (data != null ? data : Directories.home()).toAbsolutePath().normalize();
    try (LocalCoordinator coordinator =
        LocalCoordinator.start(
            HostPort.parse(listen),
            directory,
            storeUrl(directory),
            collection.every(),
            new RegionSettings(mirror.url(), recovery.recoverFrom != null, recovery.again),
            output::say)) {
      AtomicBoolean ending = new AtomicBoolean();
      Signals.onEnd(
          signal -> {
            if (ending.getAndSet(true)) {
              Runtime.getRuntime().halt(Signals.exitCode(signal));
            }
            coordinator.close();
          });
      if (supervised) {
        ParentLine.obey(coordinator::close);
      }
      tellReady(coordinator, directory);
      coordinator.awaitEnd();
    }
    return ExitCode.DONE;
  }

  private String storeUrl(Path directory) {
    if (recovery.recoverFrom != null) {
      if (store.store != null) {
        throw CliException.usage("--recover-from makes the mirror the store: leave out --store");
      }
      return MirrorOptions.at(recovery.recoverFrom, store.endpoint);
    }
    if (recovery.again) {
      throw CliException.usage("--recover-again is of no use without --recover-from");
    }
    String origin = store.given() ? null : Region.originOf(directory);
    if (origin != null) {
      output.say("the store is " + origin + ", from which " + directory + " was recovered");
      return origin;
    }
    return store.url(directory);
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
