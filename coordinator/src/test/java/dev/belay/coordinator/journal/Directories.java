package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Data directories with known content. */
final class Directories {
  private Directories() {}

  static JournalStore<Jobs> store(DataDirectory directory) {
    return new JournalStore<>(directory, Jobs::new, JournalSettings.defaults());
  }

  /** One more start, which appends and syncs that many records in batches of 3. */
  static void grow(Path root, int records) throws IOException {
    try (DataDirectory directory = DataDirectory.open(root)) {
      JournalStore<Jobs> store = store(directory);
      Recovery<Jobs> recovery = store.recover();
      try (Journal journal = store.begin(recovery)) {
        for (int i = 1; i <= records; i++) {
          journal.append(Jobs.record(recovery.lastSequence() + i, 20));
          if (i % 3 == 0 || i == records) {
            journal.sync();
          }
        }
      }
    }
  }

  /** Reads without taking the directory. */
  static Recovery<Jobs> recover(Path root) throws JournalException {
    return new Replay<>(new Layout(root), Jobs::new).all();
  }

  static GenerationFiles files(Path root, long generation) {
    return new Layout(root).generation(generation);
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path one : all.toList()) {
        Files.copy(one, to.resolve(from.relativize(one).toString()));
      }
    }
  }
}
