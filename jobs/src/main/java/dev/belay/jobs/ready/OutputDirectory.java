package dev.belay.jobs.ready;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.input.InputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Whether an output can be written, found out before any work is done. */
final class OutputDirectory {
  private OutputDirectory() {}

  /**
   * Refuses an output that exists already, cannot be made, or is part of the input. Changes
   * nothing.
   *
   * @throws BadInputException saying which of these
   */
  static void check(Path output, String file, boolean overwrite, Path input) {
    Path source = InputFiles.resolve(input);
    Path target = canonical(output);
    Path existing = existing(target);
    if (!Files.isDirectory(existing)) {
      throw new BadInputException(
          "output " + output + " cannot be made: " + existing + " is not a directory");
    }
    if (target.startsWith(source) || target.resolve(file).equals(source)) {
      throw new BadInputException(
          "output " + output + " is part of the input " + input + "; write it elsewhere");
    }
    if (!overwrite && holdsAnything(target)) {
      throw new BadInputException(
          "output "
              + output
              + " exists already and is not empty; give another, or -p overwrite=true to replace"
              + " what is there under the same names");
    }
    if (!Files.isWritable(existing)) {
      throw new BadInputException(
          "output " + output + " cannot be written: no permission to write to " + existing);
    }
  }

  /** Whether the directory has files of anybody's, except what an attempt at publishing stages. */
  private static boolean holdsAnything(Path target) {
    if (!Files.isDirectory(target)) {
      return exists(target);
    }
    try (Stream<Path> files = Files.list(target)) {
      return files.anyMatch(path -> !path.getFileName().toString().startsWith(".belay-"));
    } catch (IOException e) {
      throw new BadInputException("output " + target + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** One name for an output however it is spelled: without symbolic links, as far as it exists. */
  static Path canonical(Path output) {
    Path absolute = output.toAbsolutePath().normalize();
    Path existing = existing(absolute);
    try {
      return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
    } catch (IOException e) {
      throw new BadInputException(
          "output "
              + output
              + " cannot be made: "
              + existing
              + " cannot be followed; is it a symbolic link to nowhere?",
          e);
    }
  }

  private static Path existing(Path absolute) {
    Path path = absolute;
    for (Path parent = path.getParent(); !exists(path) && parent != null; ) {
      path = parent;
      parent = path.getParent();
    }
    return path;
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
