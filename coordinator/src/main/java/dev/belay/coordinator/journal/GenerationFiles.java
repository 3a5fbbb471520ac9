package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of one journal generation, a Chronicle queue that never rolls by itself. */
record GenerationFiles(Path directory, long generation) implements GenerationSource {
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
