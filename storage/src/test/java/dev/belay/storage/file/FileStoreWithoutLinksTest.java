package dev.belay.storage.file;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.ObjectStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract, as on a file system without hard links. */
class FileStoreWithoutLinksTest extends ObjectStoreContract {
  @TempDir Path directory;
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = another();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Override
  protected ObjectStore another() {
    return new FileStore(directory.resolve("store"), Publisher.byClaim());
  }
}
