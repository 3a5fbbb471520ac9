package dev.belay.jobs.net;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Hosts, numbered from 1, each with a network of its own, and the wire between them. */
final class Network implements AutoCloseable {
  private final Namespaces namespaces;
  private final List<String> hosts = new ArrayList<>();
  private final Wire wire;

  private Network(Namespaces namespaces, int count, long seed) throws IOException {
    this.namespaces = namespaces;
    for (int host = 1; host <= count; host++) {
      hosts.add(namespaces.add("h" + host));
    }
    wire = hasNetem() ? new NetemWire(namespaces, hosts) : new SwitchWire(namespaces, hosts, seed);
    for (int host = 1; host <= count; host++) {
      String name = hosts.get(host - 1);
      Tool.run("ip -n " + name + " addr add " + address(host) + "/24 dev net0");
      Tool.run("ip -n " + name + " link set net0 up");
    }
  }

  /**
   * @throws IOException if this machine does not allow it, with the reason in one line
   */
  static Network of(int hosts, long seed) throws IOException {
    Namespaces namespaces = new Namespaces();
    try {
      return new Network(namespaces, hosts, seed);
    } catch (IOException e) {
      namespaces.close();
      throw e;
    }
  }

  /** Whether the kernel has {@code netem}; {@code -Dbelay.net.wire=switch} does without. */
  private boolean hasNetem() {
    if (System.getProperty("belay.net.wire", "netem").equals("switch")) {
      return false;
    }
    try {
      Tool.run("tc -n " + hosts.get(0) + " qdisc add dev lo root netem delay 1ms");
      Tool.run("tc -n " + hosts.get(0) + " qdisc del dev lo root");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** How packets are impaired, for people. */
  String means() {
    return wire instanceof NetemWire
        ? "tc netem"
        : "a switch of the test's own, over VXLAN (this kernel has no tc netem)";
  }

  static String address(int host) {
    return "10.77.0." + host;
  }

  /** What to put before a command that is to run on this host. */
  List<String> on(int host) {
    return List.of("ip", "netns", "exec", hosts.get(host - 1));
  }

  void impair(int host, Wire.Direction direction, Impairment how) throws IOException {
    wire.impair(host, direction, how);
  }

  @Override
  public void close() throws IOException {
    try {
      wire.close();
    } finally {
      namespaces.close();
    }
  }
}
