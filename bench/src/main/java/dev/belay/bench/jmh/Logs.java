package dev.belay.bench.jmh;

/** Keeps what is measured from talking: warnings alone, on standard error. */
public final class Logs {
  static final String CONFIGURATION_PROPERTY = "logback.configurationFile";
  static final String CONFIGURATION = "belay-bench-logback.xml";

  private Logs() {}

  /** For this JVM; before its first logger is made. */
  public static void configure() {
    System.setProperty(CONFIGURATION_PROPERTY, CONFIGURATION);
  }
}
