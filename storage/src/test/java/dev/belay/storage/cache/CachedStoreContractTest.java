package dev.belay.storage.cache;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.ObjectStoreContract;
import dev.belay.storage.file.FileStore;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cached store is a store like any other. */
class CachedStoreContractTest extends ObjectStoreContract {
  @TempDir Path directory;
  private final AtomicInteger processes = new AtomicInteger();
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
    LocalCache cache =
        new LocalCache(directory.resolve("cache" + processes.incrementAndGet()), 1 << 20);
    return new CachedStore(new FileStore(directory.resolve("store")), cache, key -> true);
  }
}
