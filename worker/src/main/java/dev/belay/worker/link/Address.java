package dev.belay.worker.link;

/**
 * Where a coordinator listens.
 *
 * @param host a name or an address; an IPv6 address without its brackets
 */
public record Address(String host, int port) {
  /**
   * Reads {@code host:port} or {@code [ipv6]:port}.
   *
   * @throws IllegalArgumentException with one line for people
   */
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw malformed(text, "an IPv6 address goes in brackets");
    }
    if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@')) {
      throw malformed(text, "it should look like 127.0.0.1:7070");
    }
    return new Address(host, port(text, text.substring(colon + 1)));
  }

  private static int port(String text, String digits) {
    if (digits.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    }
    throw malformed(text, "the port is a number from 1 to 65535");
  }

  private static IllegalArgumentException malformed(String text, String remedy) {
    return new IllegalArgumentException(
        "malformed coordinator address \"" + text + "\": " + remedy);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
