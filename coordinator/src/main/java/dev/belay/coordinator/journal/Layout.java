package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where things lie below the data directory: {@code journal/0000000007/} is the Chronicle queue of
 * generation 7, {@code snapshots/0000000007.snapshot} the state before its first record.
 */
record Layout(Path root) {
  private static final Pattern GENERATION = Pattern.compile("(\\d{10})");
  private static final Pattern SNAPSHOT = Pattern.compile("(\\d{10})\\.snapshot");

  Path journal() {
    return root.resolve("journal");
  }

  Path snapshots() {
    return root.resolve("snapshots");
  }

  GenerationFiles generation(long generation) {
    return new GenerationFiles(journal().resolve("%010d".formatted(generation)), generation);
  }

  Path snapshot(long generation) {
    return snapshots().resolve("%010d.snapshot".formatted(generation));
  }

  /** Ascending. */
  List<Long> generations() throws JournalException {
    return numbered(journal(), GENERATION);
  }

  /** Ascending. */
  List<Long> snapshotGenerations() throws JournalException {
    return numbered(snapshots(), SNAPSHOT);
  }

  private static List<Long> numbered(Path directory, Pattern pattern) throws JournalException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .map(child -> pattern.matcher(child.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> Long.parseLong(matcher.group(1)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new JournalException(
          directory + " cannot be read: " + Durable.reason(e) + "; mend its permissions", e);
    }
  }
}
