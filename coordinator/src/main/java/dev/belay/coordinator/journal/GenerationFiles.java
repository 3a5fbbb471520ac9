package dev.belay.coordinator.journal;

import java.nio.file.Path;

/** The files of one journal generation, a Chronicle queue that never rolls by itself. */
record GenerationFiles(Path directory, long generation) {
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
}
