package dev.belay.jobs.net;

import dev.belay.jobs.net.Wire.Direction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A process that takes the hosts' Ethernet frames as VXLAN datagrams and passes them on to whom
 * they are for, through the impaired links of both. Commands come on standard input, its end is the
 * end.
 */
final class Switch {
  static final int PORT = 4789;
  static final String OK = "ok";

  private static final int LARGEST = 65_536;
  private static final int DESTINATION = 8;

  /** One direction of a host's link. */
  private static final class Link {
    Impairment how = Impairment.NONE;
    long lastNanos;
  }

  private final DatagramSocket socket;
  private final InetSocketAddress[] hosts;
  private final Map<Direction, Link[]> links = new EnumMap<>(Direction.class);
  private final Random random;
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "links");
            thread.setDaemon(true);
            return thread;
          });

  private Switch(int count, long seed) throws IOException {
    random = new Random(seed);
    hosts = new InetSocketAddress[count + 1];
    for (Direction direction : Direction.values()) {
      links.put(direction, new Link[count + 1]);
    }
    for (int host = 1; host <= count; host++) {
      hosts[host] = new InetSocketAddress(InetAddress.getByName(below(host, 2)), PORT);
      for (Link[] all : links.values()) {
        all[host] = new Link();
      }
    }
    socket = new DatagramSocket(PORT);
  }

  /** The address below the tunnel of the switch's end (1) or the host's (2). */
  static String below(int host, int end) {
    return "10.251." + host + "." + end;
  }

  static String mac(int host) {
    return String.format(Locale.ROOT, "02:00:00:00:00:%02x", host);
  }

  public static void main(String[] arguments) throws IOException {
    Switch all = new Switch(Integer.parseInt(arguments[0]), Long.parseLong(arguments[1]));
    Thread frames = new Thread(all::receive, "frames");
    frames.setDaemon(true);
    frames.start();
    System.out.println(OK);
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        all.impair(line.split(" ", 3));
        System.out.println(OK);
      }
    }
  }

  private synchronized void impair(String[] words) {
    Direction direction = Direction.valueOf(words[1].toUpperCase(Locale.ROOT));
    link(Integer.parseInt(words[0]), direction).how = Impairment.parse(words[2]);
  }

  private Link link(int host, Direction direction) {
    Link[] all = links.get(direction);
    if (all == null) {
      throw new IllegalStateException("no " + direction);
    }
    return all[host];
  }

  private void receive() {
    byte[] buffer = new byte[LARGEST];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    try {
      while (true) {
        packet.setLength(buffer.length);
        socket.receive(packet);
        byte[] bytes = Arrays.copyOf(buffer, packet.getLength());
        // 10.251.<host>.2
        int from = packet.getAddress().getAddress()[2] & 0xff;
        if (bytes.length > DESTINATION + 14 && from < hosts.length) {
          TcpChecksum.fill(bytes, DESTINATION);
          up(from, bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void up(int from, byte[] bytes) {
    boolean everybody = (bytes[DESTINATION] & 1) != 0;
    int to = bytes[DESTINATION + 5];
    pass(
        link(from, Direction.UP),
        () -> {
          for (int host = 1; host < hosts.length; host++) {
            if (host != from && (everybody || host == to)) {
              int one = host;
              pass(link(host, Direction.DOWN), () -> send(one, bytes));
            }
          }
        });
  }

  private void send(int host, byte[] bytes) {
    try {
      socket.send(new DatagramPacket(bytes, bytes.length, hosts[host]));
    } catch (SocketException e) {
      // The host is gone; so would be the packet.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Through one direction of a link: now, later, twice or never. */
  private synchronized void pass(Link link, Runnable then) {
    Impairment how = link.how;
    if (chance(how.loss())) {
      return;
    }
    for (int copies = chance(how.duplicated()) ? 2 : 1; copies > 0; copies--) {
      long now = System.nanoTime();
      if (how.delayMillis() == 0 && link.lastNanos - now <= 0) {
        then.run();
      } else if (chance(how.reordered())) {
        then.run();
      } else {
        double millis = how.delayMillis() + how.jitterMillis() * (2 * random.nextDouble() - 1);
        long due = now + (long) (Math.max(0, millis) * 1e6);
        link.lastNanos = due - link.lastNanos > 0 ? due : link.lastNanos + 1;
        later(then, link.lastNanos - now);
      }
    }
  }

  private void later(Runnable then, long nanos) {
    var unused = later.schedule(then, nanos, TimeUnit.NANOSECONDS);
  }

  private boolean chance(double percent) {
    return percent > 0 && random.nextDouble() * 100 < percent;
  }
}
