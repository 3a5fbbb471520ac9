package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a patient caller makes of a store that is now and then out of reach: it tries again. Only
 * for faults that come before anything is done; a put that may have stored something is not to be
 * repeated under its key.
 */
public final class PatientStore extends ForwardingStore {
  private static final int TRIES = 200;
  private static final long PAUSE_MILLIS = 5;

  public PatientStore(ObjectStore store) {
    super(store);
  }

  private interface Call<T> {
    T call() throws StoreException;
  }

  private static <T> T patiently(Call<T> call) throws StoreException {
    for (int tries = 1; ; tries++) {
      try {
        return call.call();
      } catch (StoreException e) {
        if (tries == TRIES || !String.valueOf(e.getMessage()).contains("SlowDown")) {
          throw e;
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreException(Kind.UNAVAILABLE, "interrupted", e);
      }
    }
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    return patiently(() -> super.put(key, body));
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    return patiently(() -> super.open(key, offset, length));
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    return patiently(() -> super.list(prefix));
  }

  @Override
  public void delete(String key) throws StoreException {
    boolean unused =
        patiently(
            () -> {
              super.delete(key);
              return true;
            });
  }

  @Override
  public List<String> unfinished(String prefix) throws StoreException {
    return patiently(() -> super.unfinished(prefix));
  }

  @Override
  public void abandon(String key) throws StoreException {
    boolean unused =
        patiently(
            () -> {
              super.abandon(key);
              return true;
            });
  }
}
