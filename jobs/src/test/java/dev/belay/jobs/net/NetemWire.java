package dev.belay.jobs.net;

import java.io.IOException;
import java.util.List;

/** A bridge in a namespace of its own, and the kernel's {@code netem} at both ends of each link. */
final class NetemWire implements Wire {
  private final String bridge;
  private final List<String> hosts;

  /** The hosts' namespaces; their numbers are from 1, in this order. */
  NetemWire(Namespaces namespaces, List<String> hosts) throws IOException {
    this.hosts = hosts;
    this.bridge = namespaces.add("net");
    Tool.run("ip -n " + bridge + " link add br0 type bridge");
    Tool.run("ip -n " + bridge + " link set br0 up");
    for (int host = 1; host <= hosts.size(); host++) {
      String name = hosts.get(host - 1);
      String port = "h" + host;
      Tool.run("ip -n " + bridge + " link add " + port + " type veth peer name net0 netns " + name);
      Tool.run("ip -n " + bridge + " link set " + port + " master br0 up");
      for (Direction direction : Direction.values()) {
        impair(host, direction, Impairment.NONE);
      }
    }
  }

  @Override
  public void impair(int host, Direction direction, Impairment how) throws IOException {
    String end =
        direction == Direction.UP
            ? hosts.get(host - 1) + " qdisc replace dev net0"
            : bridge + " qdisc replace dev h" + host;
    Tool.run(Tool.with(List.of(("tc -n " + end + " root netem").split(" ")), how.netem()));
  }

  @Override
  public void close() {}
}
