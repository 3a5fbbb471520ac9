package dev.belay.runtime.text;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/**
 * Why something with files failed, in a few words for people: the JDK often names the file alone.
 */
public final class Reason {
  private Reason() {}

  /** As in "permission denied", "/data does not exist", "no space left on device". */
  public static String of(IOException failure) {
    if (failure instanceof ClosedByInterruptException) {
      return "interrupted";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + " does not exist";
    }
    if (failure instanceof FileAlreadyExistsException existing) {
      return existing.getFile() + " exists and is no directory";
    }
    if (failure instanceof DirectoryNotEmptyException full) {
      return full.getFile() + " is not empty";
    }
    String text =
        failure instanceof FileSystemException known && known.getReason() != null
            ? known.getReason()
            : failure.getMessage();
    return text == null || text.isBlank() ? failure.getClass().getSimpleName() : lowerFirst(text);
  }

  private static String lowerFirst(String text) {
    return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
