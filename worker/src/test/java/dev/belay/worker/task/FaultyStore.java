package dev.belay.worker.task;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A store that fails as a test says. Thread-safe. */
final class FaultyStore implements ObjectStore {
  private final ObjectStore store;
  private final List<String> tried = new ArrayList<>();

  /** What it says of itself. */
  volatile Optional<Duration> silence = Optional.empty();

  /** Every put fails so. */
  volatile @Nullable Kind puts;

  /** Puts wait until this is open; after that they go on. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  /** Opens wait until this is open. */
  volatile CountDownLatch openGate = new CountDownLatch(0);

  /** Every open fails so. */
  volatile @Nullable Kind opens;

  /** So many reads of opened objects fail. */
  volatile int failingReads;

  FaultyStore(ObjectStore store) {
    this.store = store;
  }

  /** The keys of all puts, failed ones included. */
  synchronized List<String> tried() {
    return List.copyOf(tried);
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    synchronized (this) {
      tried.add(key);
    }
    pass(gate);
    fail(puts, "no space left on device");
    return store.put(key, body);
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    pass(openGate);
    fail(opens, "no route to host");
    return new FilterInputStream(store.open(key, offset, length)) {
      @Override
      public int read(byte[] to, int from, int count) throws IOException {
        if (failingReads > 0) {
          failingReads--;
          fail(Kind.UNAVAILABLE, "connection reset");
        }
        return super.read(to, from, count);
      }
    };
  }

  private static void pass(CountDownLatch gate) throws StoreException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNAVAILABLE, "interrupted", e);
    }
  }

  private static void fail(@Nullable Kind kind, String message) throws StoreException {
    if (kind != null) {
      throw new StoreException(kind, message);
    }
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
    return silence;
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
