package dev.belay.coordinator.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The journal cannot be written or read. The message is one line for people: which file, what
 * happened, how to mend it.
 */
public class JournalException extends IOException {
  private static final long serialVersionUID = 1;

  public JournalException(String message) {
    this(message, null);
  }

  public JournalException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
