package dev.belay.jobs.cli.local;

import dev.belay.coordinator.ReleasedObjects;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.Stores;
import java.io.IOException;
import java.util.List;

/** Gives the coordinator, which knows no stores, the means to delete from one. */
public final class StoreDeleter implements ReleasedObjects, AutoCloseable {
  private final ObjectStore store;

  private StoreDeleter(ObjectStore store) {
    this.store = store;
  }

  /**
   * @throws StoreException with one line for people, if the URL names no store
   */
  public static StoreDeleter open(String url) throws StoreException {
    return new StoreDeleter(Stores.open(url));
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    for (String key : keys) {
      store.delete(key);
    }
  }

  @Override
  public void deleteAll(String prefix) throws IOException {
    for (ObjectStore.Stored stored : store.list(prefix)) {
      store.delete(stored.key());
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
