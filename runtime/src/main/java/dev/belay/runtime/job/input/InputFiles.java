package dev.belay.runtime.job.input;

import dev.belay.runtime.job.BadInputException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Finds the files of an input: itself, or every regular file below it, hidden ones too, in the
 * order of their names. An input that is a symbolic link is followed, since the user named it;
 * links below it are not, and neither they nor pipes, sockets or devices count as files.
 */
public final class InputFiles {
  private InputFiles() {}

  /**
   * The input itself, without symbolic links in its path. Looks at nothing below it.
   *
   * @throws BadInputException if it is missing, unreadable, or neither a file nor a directory
   */
  public static Path resolve(Path input) {
    Path real;
    try {
      real = input.toRealPath();
    } catch (NoSuchFileException e) {
      throw new BadInputException(
          "input " + input + " does not exist; give an existing file or directory", e);
    } catch (IOException e) {
      throw new BadInputException("input " + input + " cannot be read: " + reason(e), e);
    }
    if (!Files.isRegularFile(real) && !Files.isDirectory(real)) {
      throw new BadInputException("input " + input + " is neither a file nor a directory");
    }
    checkReadable(real);
    return real;
  }

  /** Each file as one range over all of it. */
  static List<FileRanges.Range> list(Path input) throws IOException {
    List<FileRanges.Range> files = new ArrayList<>();
    visit(resolve(input), files);
    return files;
  }

  private static void visit(Path path, List<FileRanges.Range> files) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        for (Path child : children(path)) {
          visit(child, files);
        }
      } else if (attributes.isRegularFile()) {
        checkReadable(path);
        long size = attributes.size();
        long modifiedMillis = attributes.lastModifiedTime().toMillis();
        files.add(new FileRanges.Range(path, 0, size, size, modifiedMillis));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new BadInputException(
          path + " went away while the input was listed; submit again when nothing changes it", e);
    } catch (AccessDeniedException e) {
      throw unreadable(path, e);
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(children);
    return children;
  }

  private static void checkReadable(Path path) {
    if (!Files.isReadable(path)) {
      throw unreadable(path, new AccessDeniedException(path.toString()));
    }
  }

  static BadInputException unreadable(Path path, AccessDeniedException e) {
    return new BadInputException(
        path + " cannot be read: permission denied; make it readable, or keep it out of the input",
        e);
  }

  /** What an exception of the file system says beside the path. */
  static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    return String.valueOf(e.getMessage());
  }
}
