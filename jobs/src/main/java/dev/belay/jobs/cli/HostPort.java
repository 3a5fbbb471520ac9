package dev.belay.jobs.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as users write it: {@code HOST:PORT}, an IPv6 host in brackets.
 *
 * @param host without brackets
 */
public record HostPort(String host, int port) {
  public static final String DEFAULT = "127.0.0.1:7070";

  private static final Pattern FORM =
      Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]/\\s]+)):(\\d{1,5})");

  /**
   * @throws CliException if it is malformed
   */
  public static HostPort parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw CliException.usage("\"" + text + "\" is not HOST:PORT, such as " + DEFAULT);
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port > 65535) {
      throw CliException.usage("port " + port + " is above 65535");
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    return new HostPort(host, port);
  }

  /** Whether it is this machine, so that both ends see the same files. Resolves the name. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
