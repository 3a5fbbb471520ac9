package dev.belay.jobs.simulation.machine;

import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.ToWorker;

/** A stream between a worker and a coordinator; each end learns of its end for itself, or never. */
public final class Connection {
  /** The worker's end. */
  public interface Client {
    void opened();

    void received(ToWorker message);

    void closed(boolean refused, String why);
  }

  /** The coordinator's end. */
  public interface Server {
    void received(long stream, FromWorker message);

    void closed(long stream);
  }

  private final SimulatedProcess clientProcess;
  private final Client client;
  private final SimulatedProcess serverProcess;
  private final Server server;
  private final Pipe up;
  private final Pipe down;
  private final long stream;
  private boolean clientOpen = true;
  private boolean serverOpen = true;

  Connection(
      SimulatedProcess clientProcess,
      Client client,
      SimulatedProcess serverProcess,
      Server server,
      Pipe up,
      Pipe down,
      long stream) {
    this.clientProcess = clientProcess;
    this.client = client;
    this.serverProcess = serverProcess;
    this.server = server;
    this.up = up;
    this.down = down;
    this.stream = stream;
  }

  public long stream() {
    return stream;
  }

  /** The name of the worker's end. */
  public String client() {
    return clientProcess.name();
  }

  boolean between(SimulatedProcess one, SimulatedProcess other) {
    return clientProcess == one && serverProcess == other;
  }

  boolean isOpen() {
    return clientOpen || serverOpen;
  }

  /** By the worker. */
  public void send(FromWorker message) {
    if (clientOpen) {
      up.send(() -> toServer(() -> server.received(stream, message)));
    }
  }

  /** By the coordinator. */
  public void send(ToWorker message) {
    if (serverOpen) {
      down.send(() -> toClient(() -> client.received(message)));
    }
  }

  private void toServer(Runnable action) {
    serverProcess.after(
        0,
        () -> {
          if (serverOpen) {
            action.run();
          }
        });
  }

  private void toClient(Runnable action) {
    clientProcess.after(
        0,
        () -> {
          if (clientOpen) {
            action.run();
          }
        });
  }

  /** The worker hangs up: it hears nothing more, the coordinator hears of it. */
  public void closeByClient() {
    clientOpen = false;
    down.close();
    up.send(() -> toServer(this::serverEnds));
  }

  /** The coordinator hangs up, after what it has sent. */
  public void closeByServer() {
    serverOpen = false;
    up.close();
    down.send(() -> toClient(() -> clientEnds("the stream ended")));
  }

  /** The network gives up on it; who notices, and when, is the caller's choice. */
  public void breakForClient() {
    down.close();
    toClient(() -> clientEnds("the connection broke"));
  }

  public void breakForServer() {
    up.close();
    toServer(this::serverEnds);
  }

  private void serverEnds() {
    if (serverOpen) {
      serverOpen = false;
      server.closed(stream);
    }
  }

  private void clientEnds(String why) {
    if (clientOpen) {
      clientOpen = false;
      client.closed(false, why);
    }
  }
}
