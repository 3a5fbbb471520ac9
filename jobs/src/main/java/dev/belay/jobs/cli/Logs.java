package dev.belay.jobs.cli;

import java.util.Arrays;
import java.util.Set;

/**
 * Sets logging up before the first logger is made: standard error; warnings alone for those who ask
 * a question, everything of ours for those who serve. See {@code logback.xml}.
 */
final class Logs {
  private static final Set<String> SERVERS = Set.of("coordinator", "worker");

  /** What goes wrong there is meant to. */
  private static final String SIMULATOR = "simulate";

  private Logs() {}

  static void configure(String[] args) {
    String role = Arrays.stream(args).filter(arg -> !arg.startsWith("-")).findFirst().orElse("");
    boolean serves = SERVERS.contains(role);
    setDefault("belay.log.level", serves ? "INFO" : role.equals(SIMULATOR) ? "OFF" : "WARN");
    // A stack trace is for the log of a server, not for a person's terminal.
    setDefault("belay.log.trace", serves ? "%ex" : "%nopex");
    // gRPC logs through java.util.logging, what it has to say reaches a client as a status.
    setDefault(
        "java.util.logging.config.class",
        serves ? ServerLogging.class.getName() : Quiet.class.getName());
    // Chronicle reports usage to a remote server, and greets.
    System.setProperty("chronicle.analytics.disable", "true");
    setDefault("chronicle.announcer.disable", "true");
  }

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** java.util.logging for clients: silent. */
  public static final class Quiet {
    public Quiet() {
      java.util.logging.LogManager.getLogManager().reset();
    }
  }

  /**
   * java.util.logging for servers: warnings, a line each, since a stranger's garbage can cause one.
   */
  public static final class ServerLogging {
    public ServerLogging() {
      System.setProperty(
          "java.util.logging.SimpleFormatter.format", "%1$tT.%1$tL %4$-5s %3$s: %5$s%n");
      java.util.logging.LogManager.getLogManager().reset();
      java.util.logging.ConsoleHandler handler = new java.util.logging.ConsoleHandler();
      handler.setLevel(java.util.logging.Level.WARNING);
      java.util.logging.Logger root = java.util.logging.LogManager.getLogManager().getLogger("");
      if (root != null) {
        root.setLevel(java.util.logging.Level.WARNING);
        root.addHandler(handler);
      }
    }
  }
}
