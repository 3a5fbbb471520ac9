package dev.belay.jobs.cli.local;

import dev.belay.coordinator.StoredObjects;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreProbe;
import dev.belay.storage.Stores;
import dev.belay.storage.file.FileStore;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the coordinator, which knows no stores, what it needs of one. */
public final class CoordinatorStore implements StoredObjects, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CoordinatorStore.class);

  private final ObjectStore store;

  private CoordinatorStore(ObjectStore store) {
    this.store = store;
  }

  /**
   * Opens the store and tries it out.
   *
   * @throws StoreException CONFIGURATION, with one line for people, if the URL names no store, or
   *     one that cannot do what is needed
   */
  public static CoordinatorStore open(String url) throws StoreException {
    try {
      StoreProbe.Findings unused = StoreProbe.check(url);
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.CONFIGURATION) {
        throw e;
      }
      log.warn("the store cannot be tried out, and is waited for: {}", e.getMessage());
    }
    return new CoordinatorStore(Stores.open(url));
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
    if (store instanceof FileStore files) {
      files.removeEmptyDirectories(prefix);
    }
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    return store.list(prefix).stream().map(one -> new Stored(one.key(), one.length())).toList();
  }

  @Override
  public List<String> unfinished(String prefix) throws IOException {
    return store.unfinished(prefix);
  }

  @Override
  public void abandon(String key) throws IOException {
    store.abandon(key);
  }

  @Override
  public void close() {
    store.close();
  }
}
