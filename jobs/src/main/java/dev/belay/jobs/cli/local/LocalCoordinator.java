package dev.belay.jobs.cli.local;

import dev.belay.coordinator.CoordinatorServer;
import dev.belay.coordinator.CoordinatorSettings;
import dev.belay.coordinator.StartupException;
import dev.belay.jobs.cli.CliException;
import dev.belay.jobs.cli.ExitCode;
import dev.belay.jobs.cli.HostPort;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A coordinator in this process, with the store that it deletes from. */
public final class LocalCoordinator implements AutoCloseable {
  private final CoordinatorServer server;
  private final StoreDeleter deleter;
  private final HostPort address;
  private final String store;

  private LocalCoordinator(
      CoordinatorServer server, StoreDeleter deleter, HostPort address, String store) {
    this.server = server;
    this.deleter = deleter;
    this.address = address;
    this.store = store;
  }

  /**
   * Starts it; returns once it answers.
   *
   * @param listen port 0: any free one
   * @param store its URL; null: a directory below the data
   * @throws CliException with one line for people
   */
  public static LocalCoordinator start(HostPort listen, Path data, @Nullable String store) {
    String url = store != null ? store : Stores.url(data.resolve("store"));
    try {
      StoreDeleter deleter = StoreDeleter.open(url);
      try {
        CoordinatorServer server =
            CoordinatorServer.start(
                new CoordinatorSettings(listen.host(), listen.port(), data, url), deleter);
        return new LocalCoordinator(
            server, deleter, new HostPort(listen.host(), server.port()), url);
      } catch (StartupException | RuntimeException e) {
        try (deleter) {
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
    deleter.close();
  }
}
