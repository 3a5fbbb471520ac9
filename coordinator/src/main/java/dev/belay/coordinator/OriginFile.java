package dev.belay.coordinator;

import dev.belay.coordinator.journal.Durable;
import dev.belay.coordinator.journal.JournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code recovered-from} in a data directory that was made from a mirror: the mirror's
 * URL, the token under which it was claimed, and whether all of it is done; a line each. It is
 * there before anything is claimed.
 */
final class OriginFile {
  static final String NAME = "recovered-from";

  private static final String DONE = "done";
  private static final String BEGUN = "begun";
  private static final List<String> OWN = List.of("journal", "snapshots", "recovering");

  private final Path data;
  private final String url;
  private final String token;
  private final boolean done;

  private OriginFile(Path data, String url, String token, boolean done) {
    this.data = data;
    this.url = url;
    this.token = token;
    this.done = done;
  }

  /** Null: there is none. */
  static @Nullable OriginFile read(Path data) throws IOException {
    Path file = data.resolve(NAME);
    if (!Files.exists(file)) {
      return null;
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.size() < 3) {
      throw new JournalException(
          file + " is not what was written: remove " + data + " and recover anew");
    }
    return new OriginFile(data, lines.get(0), lines.get(1), lines.get(2).equals(DONE));
  }

  /** Refuses a directory in which there is anything but the lock that we hold. */
  static void requireEmpty(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      if (files.anyMatch(file -> !file.getFileName().toString().equals("coordinator.lock"))) {
        throw new JournalException(
            data
                + " is not empty: --recover-from needs a new data directory; choose another"
                + " --data");
      }
    }
  }

  static OriginFile begin(Path data, String url) throws IOException {
    OriginFile file = new OriginFile(data, url, UUID.randomUUID().toString(), false);
    file.write(BEGUN);
    return file;
  }

  /** Another mirror than the one that the directory came from is a mistake. */
  void require(String given) throws JournalException {
    if (!url.equals(given)) {
      throw new JournalException(
          "%s was recovered from %s, not from %s: choose another --data, or leave out --recover-from"
              .formatted(data, url, given));
    }
  }

  String url() {
    return url;
  }

  String token() {
    return token;
  }

  boolean done() {
    return done;
  }

  /** A directory for what is only needed until all is done. */
  Path scratch() throws IOException {
    return Files.createDirectories(data.resolve("recovering"));
  }

  void finish() throws IOException {
    remove(data.resolve("recovering"));
    write(DONE);
  }

  /** Removes what a recovery that was cut off left: nobody was told of any of it. */
  void startAnew() throws IOException {
    for (String name : OWN) {
      remove(data.resolve(name));
    }
  }

  /** Nothing was claimed: the directory is as it was. */
  void forget() throws IOException {
    startAnew();
    Files.deleteIfExists(data.resolve(NAME));
  }

  private void write(String state) throws IOException {
    Durable.replace(
        data.resolve(NAME),
        String.join("\n", url, token, state, "").getBytes(StandardCharsets.UTF_8));
  }

  private static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
