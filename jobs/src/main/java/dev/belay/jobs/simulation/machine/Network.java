package dev.belay.jobs.simulation.machine;

import com.google.protobuf.Message;
import dev.belay.runtime.proto.Command;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The machines' way to the one coordinator: a route each way for every name. Workers dial; people
 * and workers call.
 */
public final class Network {
  private static final long REFUSED_NANOS = 500_000L;
  private static final long CALL_TIMEOUT_NANOS = 3_000_000_000L;

  /** Who listens: the coordinator that is up. */
  public interface Listener extends Connection.Server {
    SimulatedProcess process();

    /** The name of a stream that begins. */
    long nextStream();

    void accept(Connection connection);

    void called(Command.Builder command, Consumer<Reply> answer);
  }

  /**
   * How a call ended.
   *
   * @param message null when it was refused or failed
   * @param reached whether it was answered at all
   */
  public record Reply(boolean reached, @Nullable Message message, String refusal) {
    static final Reply FAILED = new Reply(false, null, "out of reach");
  }

  private final World world;
  private final boolean ordered;
  private final Map<String, Route> up = new LinkedHashMap<>();
  private final Map<String, Route> down = new LinkedHashMap<>();
  private final List<Connection> connections = new ArrayList<>();
  private @Nullable Listener listener;

  public Network(World world, boolean ordered) {
    this.world = world;
    this.ordered = ordered;
  }

  public void listen(@Nullable Listener now) {
    listener = now;
  }

  /** From a machine to the coordinator. */
  public Route up(String name) {
    return up.computeIfAbsent(name, n -> new Route());
  }

  public Route down(String name) {
    return down.computeIfAbsent(name, n -> new Route());
  }

  public void heal() {
    up.values().forEach(Route::heal);
    down.values().forEach(Route::heal);
  }

  /** How it went, the client hears; unless the way is cut, then nobody does. */
  public void dial(
      SimulatedProcess process, Consumer<Connection> opened, Connection.Client client) {
    Route there = up(process.name());
    Route back = down(process.name());
    world
        .time()
        .after(
            there.delayNanos(world) + back.delayNanos(world),
            () -> {
              if (!there.isCut() && !back.isCut()) {
                connect(process, opened, client);
              }
            });
  }

  private void connect(
      SimulatedProcess process, Consumer<Connection> opened, Connection.Client client) {
    Listener server = listener;
    if (server == null || !server.process().alive()) {
      process.after(REFUSED_NANOS, () -> client.closed(false, "connection refused"));
      return;
    }
    Connection connection =
        new Connection(
            process,
            client,
            server.process(),
            server,
            new Pipe(world, up(process.name()), ordered),
            new Pipe(world, down(process.name()), ordered),
            server.nextStream());
    server.accept(connection);
    connections.removeIf(one -> !one.isOpen());
    connections.add(connection);
    process.after(
        0,
        () -> {
          opened.accept(connection);
          client.opened();
        });
  }

  /** The connections of a process that are not over on both sides. */
  public List<Connection> between(SimulatedProcess client, SimulatedProcess server) {
    return connections.stream().filter(one -> one.isOpen() && one.between(client, server)).toList();
  }

  /** A call, answered once, if only by its time running out. */
  public void call(SimulatedProcess process, Command.Builder command, Consumer<Reply> answer) {
    Consumer<Reply> once = once(answer);
    process.after(CALL_TIMEOUT_NANOS, () -> once.accept(Reply.FAILED));
    Route there = up(process.name());
    if (lost(there)) {
      return;
    }
    world.time().after(there.delayNanos(world), () -> called(process, command, once));
  }

  private void called(SimulatedProcess process, Command.Builder command, Consumer<Reply> answer) {
    Listener server = listener;
    if (server == null || !server.process().alive()) {
      process.after(REFUSED_NANOS, () -> answer.accept(Reply.FAILED));
      return;
    }
    Route back = down(process.name());
    server
        .process()
        .after(
            0,
            () ->
                server.called(
                    command,
                    reply -> {
                      if (!lost(back)) {
                        world
                            .time()
                            .after(
                                back.delayNanos(world),
                                () -> process.after(0, () -> answer.accept(reply)));
                      }
                    }));
  }

  private boolean lost(Route route) {
    return route.isCut() || route.loses(world);
  }

  private static Consumer<Reply> once(Consumer<Reply> answer) {
    boolean[] answered = new boolean[1];
    return reply -> {
      if (!answered[0]) {
        answered[0] = true;
        answer.accept(reply);
      }
    };
  }
}
