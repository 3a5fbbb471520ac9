package dev.belay.worker.task;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A directory of one attempt's own for temporary files. Most attempts never ask for it: then there
 * is none to look for either. Thread-safe.
 */
final class Scratch {
  private final Path parent;
  private final String name;
  private volatile boolean asked;

  Scratch(Path parent, String name) {
    this.parent = parent;
    this.name = name;
  }

  /** Where it is; whoever asks may make it. */
  Path path() {
    asked = true;
    return parent.resolve(name);
  }

  /** With all that is in it. */
  void remove(Disk disk) throws IOException {
    if (asked) {
      disk.removeTree(path());
    }
  }

  @Override
  public String toString() {
    return parent.resolve(name).toString();
  }
}
