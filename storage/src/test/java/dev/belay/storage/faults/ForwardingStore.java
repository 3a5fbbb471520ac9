package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Passes everything on: what decorators with faults start from. */
public abstract class ForwardingStore implements ObjectStore {
  protected final ObjectStore store;

  protected ForwardingStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    return store.put(key, body);
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    return store.open(key, offset, length);
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    return store.list(prefix);
  }

  @Override
  public void delete(String key) throws StoreException {
    store.delete(key);
  }

  @Override
  public List<String> unfinished(String prefix) throws StoreException {
    return store.unfinished(prefix);
  }

  @Override
  public void abandon(String key) throws StoreException {
    store.abandon(key);
  }

  @Override
  public Optional<Duration> silence() {
    return store.silence();
  }

  @Override
  public String describe() {
    return store.describe();
  }

  @Override
  public String locate(String key) {
    return store.locate(key);
  }

  @Override
  public void close() {
    store.close();
  }
}
