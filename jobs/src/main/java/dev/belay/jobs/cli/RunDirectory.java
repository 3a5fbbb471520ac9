package dev.belay.jobs.cli;

import dev.belay.runtime.text.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a run keeps its journal, its checkpoints and its workers' logs.
 *
 * @param ours made up here, and so to be removed when nothing in it is needed any more
 */
record RunDirectory(Path path, boolean ours) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final int RANDOM_BYTES = 2;

  /** The one that the user named, or a new one for this run alone. Makes nothing yet. */
  static RunDirectory of(@Nullable Path named, String job) {
    if (named != null) {
      return new RunDirectory(named.toAbsolutePath().normalize(), false);
    }
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    String name =
        job + "-" + TIME.format(LocalDateTime.now()) + "-" + HexFormat.of().formatHex(random);
    return new RunDirectory(Directories.home().resolve("runs").resolve(name), true);
  }

  /** Whether an earlier run may have left something to go on with. */
  boolean used() throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (var entries = Files.list(path)) {
      return entries.findAny().isPresent();
    }
  }

  void removeIfOurs(Output output) {
    if (!ours || !Files.exists(path)) {
      return;
    }
    try {
      Directories.remove(path);
    } catch (IOException e) {
      output.say("belay: cannot remove " + path + ": " + Reason.of(e));
    }
  }
}
