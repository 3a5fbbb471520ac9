package dev.belay.coordinator.mirror;

import java.io.IOException;

/** Nothing can be recovered from a mirror, for the reason that the message says in one line. */
public final class RecoveryException extends IOException {
  private static final long serialVersionUID = 1;

  public RecoveryException(String message) {
    super(message);
  }
}
