package dev.belay.coordinator;

/**
 * The coordinator could not start. The message is one line for people: what, and how to mend it.
 */
public final class StartupException extends Exception {
  private static final long serialVersionUID = 1;

  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
