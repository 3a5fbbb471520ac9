package dev.belay.worker.task;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store whose failures are told: of one that is out of reach, of a disk that is full, read-only,
 * gone or no longer gives back what was written, of credentials that are wrong on this machine.
 * What is missing, or was there already, is no sign of that.
 */
public final class ObservedStore implements ObjectStore {
  private final ObjectStore store;
  private final Consumer<StoreException> failed;

  /**
   * @param failed on the thread of whoever asked
   */
  public ObservedStore(ObjectStore store, Consumer<StoreException> failed) {
    this.store = store;
    this.failed = failed;
  }

  @FunctionalInterface
  private interface Call<T> {
    T call() throws StoreException;
  }

  private <T> T observed(Call<T> call) throws StoreException {
    try {
      return call.call();
    } catch (StoreException e) {
      if ((e.isOutage() && !e.isGivenUp()) || e.kind() == StoreException.Kind.CORRUPT) {
        failed.accept(e);
      }
      throw e;
    }
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    return observed(() -> store.put(key, body));
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    return observed(() -> store.open(key, offset, length));
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    return observed(() -> store.list(prefix));
  }

  @Override
  public void delete(String key) throws StoreException {
    observed(
        () -> {
          store.delete(key);
          return true;
        });
  }

  @Override
  public List<String> unfinished(String prefix) throws StoreException {
    return observed(() -> store.unfinished(prefix));
  }

  @Override
  public void abandon(String key) throws StoreException {
    observed(
        () -> {
          store.abandon(key);
          return true;
        });
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
