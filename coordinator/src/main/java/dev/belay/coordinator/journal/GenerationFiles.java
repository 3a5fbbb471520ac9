package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one journal generation, a Chronicle queue that never rolls by itself. */
record GenerationFiles(Path directory, long generation) implements GenerationSource {
  private static final Logger log = LoggerFactory.getLogger(GenerationFiles.class);

  /** Chronicle's name for cycle 0 of {@link ChronicleRuntime#ROLL_CYCLE}. */
  Path cycle() {
    return directory.resolve("19700101-00LX.cq4");
  }

  /** Chronicle's own, not needed to read the records. */
  Path metadata() {
    return directory.resolve("metadata.cq4t");
  }

  Path mark() {
    return directory.resolve("synced");
  }

  @Override
  public String name() {
    return cycle().toString();
  }

  @Override
  public @Nullable CycleBytes bytes() throws IOException {
    return Files.exists(cycle()) ? CycleBytes.open(cycle()) : null;
  }

  @Override
  public long syncMark() throws IOException {
    return SyncMark.read(mark(), generation);
  }

  @Override
  public void endsEarly(long position, long lastSequence) {
    log.warn(
        "{} ends at byte {} with a record that was cut off before anyone was told of it; going on"
            + " after record {}",
        cycle(),
        position,
        lastSequence);
  }

  /** Deletes all of it, if there is any. */
  void delete() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> children = Files.list(directory)) {
      files = children.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(directory);
  }
}
