package dev.belay.storage.state;

import org.jspecify.annotations.Nullable;

/**
 * A state, or a class that is to be part of one, cannot be saved. The message is one line that says
 * why and how to mend it: only the job's author can.
 */
public final class UnwritableStateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;
  private final boolean located;

  public UnwritableStateException(String message) {
    this(message, null);
  }

  public UnwritableStateException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private UnwritableStateException(String message, @Nullable Throwable cause, boolean located) {
    super(message, cause);
    this.located = located;
  }

  /** Says in which field it was found; the innermost counts. */
  UnwritableStateException in(Class<?> owner, String field) {
    return located
        ? this
        : new UnwritableStateException(
            "field " + owner.getSimpleName() + "." + field + ": " + getMessage(), getCause(), true);
  }
}
