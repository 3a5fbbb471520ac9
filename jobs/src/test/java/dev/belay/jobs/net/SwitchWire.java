package dev.belay.jobs.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * For kernels without {@code netem}: each host's packets go, wrapped as VXLAN, to a {@link Switch}
 * in a namespace of its own, which loses and delays them. To the hosts' TCP it is the same.
 */
final class SwitchWire implements Wire {
  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  SwitchWire(Namespaces namespaces, List<String> hosts, long seed) throws IOException {
    String own = namespaces.add("net");
    for (int host = 1; host <= hosts.size(); host++) {
      connect(own, hosts.get(host - 1), host);
    }
    process =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                own,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                Switch.class.getName(),
                Integer.toString(hosts.size()),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = process.inputReader();
    commands = process.outputWriter();
    requireOk();
  }

  private static void connect(String own, String name, int host) throws IOException {
    String port = "h" + host;
    Tool.run("ip -n " + own + " link add " + port + " type veth peer name eth0 netns " + name);
    Tool.run("ip -n " + own + " addr add " + Switch.below(host, 1) + "/30 dev " + port);
    Tool.run("ip -n " + own + " link set " + port + " up");
    Tool.run("ip -n " + name + " addr add " + Switch.below(host, 2) + "/30 dev eth0");
    Tool.run("ip -n " + name + " link set eth0 up");
    Tool.run(
        "ip -n %s link add net0 address %s type vxlan id 7 remote %s dstport %d dev eth0 nolearning"
            .formatted(name, Switch.mac(host), Switch.below(host, 1), Switch.PORT));
    // A packet is a packet: nothing behind the switch would cut a larger one into such.
    Tool.run("ip -n " + name + " link set net0 gso_max_segs 1");
  }

  @Override
  public void impair(int host, Direction direction, Impairment how) throws IOException {
    commands.write(
        host + " " + direction.name().toLowerCase(Locale.ROOT) + " " + how.line() + "\n");
    commands.flush();
    requireOk();
  }

  private void requireOk() throws IOException {
    String answer = answers.readLine();
    if (!Switch.OK.equals(answer)) {
      throw new IOException("the switch said " + answer);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    answers.close();
  }
}
