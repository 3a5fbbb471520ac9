package dev.belay.jobs.cli.local;

import dev.belay.coordinator.CoordinatorServer;
import dev.belay.coordinator.CoordinatorSettings;
import dev.belay.coordinator.StartupException;
import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.jobs.cli.HostPort;
import dev.belay.storage.StoreException;
import java.nio.file.Path;

/** A coordinator in this process, with the store that it deletes from. */
public final class LocalCoordinator implements AutoCloseable {
  private final CoordinatorServer server;
  private final CoordinatorStore objects;
  private final HostPort address;
  private final String store;

  private LocalCoordinator(
      CoordinatorServer server, CoordinatorStore objects, HostPort address, String store) {
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
   * @throws CliException with one line for people
   */
  public static LocalCoordinator start(HostPort listen, Path data, String url) {
    try {
      CoordinatorStore objects = CoordinatorStore.open(url);
      try {
        CoordinatorServer server =
            CoordinatorServer.start(
                new CoordinatorSettings(listen.host(), listen.port(), data, url), objects);
        return new LocalCoordinator(
            server, objects, new HostPort(listen.host(), server.port()), url);
      } catch (StartupException | RuntimeException e) {
        try (objects) {
          throw e;
        }
      }
    } catch (StartupException | StoreException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
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
  }
}
