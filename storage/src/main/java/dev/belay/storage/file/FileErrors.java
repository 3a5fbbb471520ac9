package dev.belay.storage.file;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Says in one line why a file operation failed. */
final class FileErrors {
  private FileErrors() {}

  /** For the causes that may pass: a full disk, a read-only one, missing rights. */
  static StoreException unavailable(String what, IOException cause) {
    return new StoreException(Kind.UNAVAILABLE, what + ": " + reason(cause), cause);
  }

  static String reason(IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return "interrupted";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof NoSuchFileException missing) {
      return missing.getFile() + " does not exist";
    }
    if (cause instanceof FileAlreadyExistsException existing) {
      return existing.getFile() + " exists and is no directory";
    }
    String text =
        cause instanceof FileSystemException failed && failed.getReason() != null
            ? failed.getReason()
            : cause.getMessage();
    return text == null ? cause.getClass().getSimpleName() : lowerFirst(text);
  }

  private static String lowerFirst(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
