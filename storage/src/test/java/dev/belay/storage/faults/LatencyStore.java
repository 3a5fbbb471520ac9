package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Far away: each call takes so much longer, half of it on the way there and half on the way back.
 */
public final class LatencyStore extends ForwardingStore {
  private final LongSupplier micros;

  /** A store whose calls take longer by what the function says, in microseconds. */
  public LatencyStore(ObjectStore store, LongSupplier micros) {
    super(store);
    this.micros = micros;
  }

  private interface Call<T> {
    T call() throws StoreException;
  }

  private <T> T delayed(Call<T> call) throws StoreException {
    long half = micros.getAsLong() / 2;
    try {
      TimeUnit.MICROSECONDS.sleep(half);
      T answer = call.call();
      TimeUnit.MICROSECONDS.sleep(half);
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNAVAILABLE, "interrupted", e);
    }
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    return delayed(() -> super.put(key, body));
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    return delayed(() -> super.open(key, offset, length));
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    return delayed(() -> super.list(prefix));
  }

  @Override
  public void delete(String key) throws StoreException {
    boolean unused =
        delayed(
            () -> {
              super.delete(key);
              return true;
            });
  }

  @Override
  public List<String> unfinished(String prefix) throws StoreException {
    return delayed(() -> super.unfinished(prefix));
  }

  @Override
  public void abandon(String key) throws StoreException {
    boolean unused =
        delayed(
            () -> {
              super.abandon(key);
              return true;
            });
  }
}
