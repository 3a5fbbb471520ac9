package dev.belay.jobs.cli.local;

import dev.belay.coordinator.CoordinatorServer;
import dev.belay.coordinator.CoordinatorSettings;
import dev.belay.coordinator.Region;
import dev.belay.coordinator.StartupException;
import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.jobs.cli.HostPort;
import dev.belay.storage.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A coordinator in this process, with the store that it deletes from. */
public final class LocalCoordinator implements AutoCloseable {
  private final CoordinatorServer server;
  private final CoordinatorStore objects;
  private final List<StoreMirror> mirrors;
  private final HostPort address;
  private final String store;

  private LocalCoordinator(
      CoordinatorServer server,
      CoordinatorStore objects,
      List<StoreMirror> mirrors,
      HostPort address,
      String store) {
    this.mirrors = List.copyOf(mirrors);
    this.server = server;
    this.objects = objects;
    this.address = address;
    this.store = store;
  }

  /**
   * Starts it, once its store has shown that it can do what is needed; returns once it answers. A
   * store that is out of reach now is waited for by those who need it.
   *
   * @param listen port 0: any free one
   * @param url of the store
   * @param collectEvery how often it is looked through for what nobody needs
   * @param region what it has to do with others: a mirror, or one that it recovers from
   * @param said told, in a few lines, what was recovered
   * @throws CliException with one line for people
   */
  public static LocalCoordinator start(
      HostPort listen,
      Path data,
      String url,
      Duration collectEvery,
      RegionSettings region,
      Consumer<String> said) {
    List<StoreMirror> mirrors = new ArrayList<>();
    try {
      CoordinatorStore objects = CoordinatorStore.open(url);
      try {
        CoordinatorServer server =
            CoordinatorServer.start(
                new CoordinatorSettings(listen.host(), listen.port(), data, url, collectEvery),
                objects,
                open(region, url, mirrors),
                said);
        return new LocalCoordinator(
            server, objects, mirrors, new HostPort(listen.host(), server.port()), url);
      } catch (StartupException | StoreException | RuntimeException e) {
        mirrors.forEach(StoreMirror::close);
        try (objects) {
          throw e;
        }
      }
    } catch (StartupException | StoreException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Region open(RegionSettings region, String store, List<StoreMirror> opened)
      throws StoreException {
    StoreMirror origin = null;
    StoreMirror mirror = null;
    if (region.recovers()) {
      origin = StoreMirror.from(store);
      opened.add(origin);
    }
    if (region.mirror() != null) {
      mirror = StoreMirror.to(region.mirror(), store);
      opened.add(mirror);
    }
    return new Region(mirror, origin, region.again());
  }

  /** Where it listens, with the port that it got. */
  public HostPort address() {
    return address;
  }

  /** The URL of its store. */
  public String store() {
    return store;
  }

  /**
   * Waits until it was closed.
   *
   * @throws CliException if it cannot go on; this process should end
   */
  public void awaitEnd() throws InterruptedException {
    try {
      server.awaitEnd();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new CliException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    server.close();
    objects.close();
    mirrors.forEach(StoreMirror::close);
  }
}
