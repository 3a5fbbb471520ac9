package dev.belay.runtime.job;

/**
 * The input or a parameter is wrong, and trying again cannot help: the job fails at once, with this
 * message. The message is one line that says what is wrong, with what, and how to mend it.
 */
public final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BadInputException(String message) {
    super(message);
  }

  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
