package dev.belay.storage.file;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.faults.DecoratedStores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Every decorator over files. */
class DecoratedFileStoreTest extends DecoratedStores {
  @TempDir Path directory;

  @Override
  protected ObjectStore open() {
    return new FileStore(directory);
  }
}
