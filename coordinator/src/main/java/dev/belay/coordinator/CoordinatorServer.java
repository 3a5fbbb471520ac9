package dev.belay.coordinator;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.journal.JournalFeed;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.journal.Recovery;
import dev.belay.coordinator.loop.CoreLoop;
import dev.belay.coordinator.loop.Inbox;
import dev.belay.coordinator.loop.SteadyClock;
import dev.belay.coordinator.mirror.MirrorSettings;
import dev.belay.coordinator.mirror.Mirroring;
import dev.belay.coordinator.rpc.ClientEndpoint;
import dev.belay.coordinator.rpc.Connections;
import dev.belay.coordinator.rpc.ProtocolCheck;
import dev.belay.coordinator.rpc.WorkerEndpoint;
import dev.belay.runtime.proto.ClusterStatus;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Found;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running coordinator: the data directory taken, the journal replayed and begun anew, the port
 * open.
 *
 * <p>Safe for use by many threads. {@link #start} blocks until the journal is read back, which
 * takes seconds for millions of events; {@link #awaitEnd} until it is closed or cannot go on.
 */
public final class CoordinatorServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorServer.class);
  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final long CLOSE_MILLIS = 2_000;

  private final DataDirectory directory;
  private final Journal journal;
  private final CoreLoop loop;
  private final Sweeper sweeper;
  private final Collector collector;
  private final @Nullable Mirroring mirroring;
  private final Server server;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private CoordinatorServer(
      DataDirectory directory,
      Journal journal,
      CoreLoop loop,
      Sweeper sweeper,
      Collector collector,
      @Nullable Mirroring mirroring,
      Server server) {
    this.directory = directory;
    this.journal = journal;
    this.loop = loop;
    this.sweeper = sweeper;
    this.collector = collector;
    this.mirroring = mirroring;
    this.server = server;
  }

  /**
   * Starts a coordinator.
   *
   * @param objects what lies in the store
   * @throws StartupException with one line for people; nothing is left running or locked
   */
  public static CoordinatorServer start(CoordinatorSettings settings, StoredObjects objects)
      throws StartupException {
    return start(settings, objects, Region.ALONE, line -> {});
  }

  /**
   * Starts a coordinator, perhaps in the place of one in a lost region.
   *
   * @param region where it mirrors to, and what it goes on from
   * @param said told, in a few lines, what was recovered
   */
  public static CoordinatorServer start(
      CoordinatorSettings settings, StoredObjects objects, Region region, Consumer<String> said)
      throws StartupException {
    requireFreePort(settings);
    try {
      DataDirectory directory = DataDirectory.open(settings.data());
      try {
        if (region.origin() != null) {
          RegionRecovery.into(directory, region.origin(), settings, region.again()).forEach(said);
        }
        return start(settings, objects, directory, region);
      } catch (IOException | RuntimeException e) {
        try (directory) {
          throw e;
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  private static CoordinatorServer start(
      CoordinatorSettings settings, StoredObjects objects, DataDirectory directory, Region region)
      throws IOException {
    JournalStore<Recovered> store =
        new JournalStore<>(
            directory,
            () -> new Recovered(new Core(settings.timing(), settings.store())),
            JournalSettings.defaults());
    long began = System.nanoTime();
    Recovery<Recovered> recovery = store.recover();
    JournalFeed journal =
        new JournalFeed(store.begin(recovery), directory.path(), recovery.lastSequence());
    try {
      Core core = recovery.target().core;
      if (recovery.lastSequence() > 0) {
        LOG.info(
            "cluster {} is back: {} records replayed, journal generation {}, in {} ms",
            core.cluster(),
            recovery.replayed(),
            recovery.lastGeneration() + 1,
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
      }
      return assemble(settings, objects, directory, journal, core, region);
    } catch (IOException | RuntimeException e) {
      try (journal) {
        throw e;
      }
    }
  }

  private static CoordinatorServer assemble(
      CoordinatorSettings settings,
      StoredObjects objects,
      DataDirectory directory,
      JournalFeed journal,
      Core core,
      Region region)
      throws IOException {
    SecureRandom random = new SecureRandom();
    Inbox inbox = new Inbox();
    Sweeper sweeper = new Sweeper(objects, inbox::submit);
    Connections connections = new Connections(random.nextLong(), sweeper::delete);
    Collector collector = new Collector(objects, connections, inbox::submit, sweeper);
    CoreLoop loop =
        new CoreLoop(core, journal, journal.synced(), inbox, connections, new SteadyClock());
    String cluster = core.founded() ? core.cluster() : drawn(random);
    int generation = core.founded() ? core.generation() : Core.FIRST_GENERATION;
    if (!core.founded()) {
      inbox.submit(founding(cluster));
    }
    Mirroring mirroring =
        region.mirror() == null
            ? null
            : Mirroring.start(
                cluster,
                generation,
                drawn(random),
                journal,
                region.mirror(),
                MirrorSettings.defaults());
    try {
      Server server = listen(settings, connections, inbox, collector, mirroring);
      // Not before: the loop's first look at the clock begins the lease that everyone is given to
      // come back, and nobody can come back through a closed port.
      loop.start();
      collector.every(settings.collectEvery());
      return new CoordinatorServer(directory, journal, loop, sweeper, collector, mirroring, server);
    } catch (IOException | RuntimeException e) {
      if (mirroring != null) {
        mirroring.close();
      }
      collector.close();
      sweeper.close();
      throw e;
    }
  }

  private static String drawn(SecureRandom random) {
    byte[] id = new byte[8];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private static Command founding(String cluster) {
    return Command.newBuilder().setFound(Found.newBuilder().setCluster(cluster)).build();
  }

  private static ClusterStatus status(@Nullable Mirroring mirroring) {
    ClusterStatus.Builder status = ClusterStatus.newBuilder();
    return mirroring == null ? status.build() : status.setMirror(mirroring.status()).build();
  }

  private static Server listen(
      CoordinatorSettings settings,
      Connections connections,
      Inbox inbox,
      Collector collector,
      @Nullable Mirroring mirroring)
      throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
        .addService(new WorkerEndpoint(connections, inbox::submit))
        .addService(
            new ClientEndpoint(
                connections, inbox::submit, collector::collect, () -> status(mirroring)))
        .intercept(new ProtocolCheck())
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .permitKeepAliveTime(500, TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .build()
        .start();
  }

  /** Before anything is made or replayed: the commonest mistake should leave nothing behind. */
  private static void requireFreePort(CoordinatorSettings settings) throws StartupException {
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException | RuntimeException e) {
      throw new StartupException(
          "cannot listen on %s:%d: %s"
              .formatted(settings.host(), settings.port(), reason(address, e)),
          e);
    }
  }

  /** And what helps: another port does not where the host is the trouble. */
  private static String reason(InetSocketAddress address, Exception e) {
    if (address.isUnresolved()) {
      return "there is no such host; choose an address of this machine with --listen";
    }
    if (!isLocal(address.getAddress())) {
      return "that is no address of this machine; choose one that is with --listen";
    }
    return e.getMessage() + "; stop what uses that port, or choose another with --listen";
  }

  private static boolean isLocal(InetAddress address) {
    try {
      return address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return true;
    }
  }

  /** How far its mirror is. */
  public ClusterStatus cluster() {
    return status(mirroring);
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  /**
   * Waits until the coordinator was closed.
   *
   * @throws JournalException if it cannot go on, with one line for people; the process should end
   */
  public void awaitEnd() throws JournalException, InterruptedException {
    try {
      CompletableFuture.anyOf(closed, loop.ended()).get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
      if (cause instanceof JournalException failure) {
        throw failure;
      }
      throw new JournalException("the coordinator cannot go on: " + cause, cause);
    }
  }

  /**
   * Stops answering, mirrors what is left, for ten seconds at most, and lets go of the data
   * directory. What was acknowledged is durable anyway.
   */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.stop();
    if (mirroring != null) {
      mirroring.finish().ifPresent(LOG::warn);
    }
    collector.close();
    sweeper.close();
    try (directory) {
      journal.close();
    } catch (JournalException e) {
      LOG.warn("closing: {}", e.getMessage());
    }
    closed.complete(null);
  }
}
