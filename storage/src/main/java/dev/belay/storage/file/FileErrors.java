package dev.belay.storage.file;

import dev.belay.runtime.text.Reason;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;

/** Says in one line why a file operation failed. */
final class FileErrors {
  private FileErrors() {}

  /** For the causes that may pass: a full disk, a read-only one, missing rights. */
  static StoreException unavailable(String what, IOException cause) {
    return new StoreException(Kind.UNAVAILABLE, what + ": " + reason(cause), cause);
  }

  static String reason(IOException cause) {
    return Reason.of(cause);
  }
}
