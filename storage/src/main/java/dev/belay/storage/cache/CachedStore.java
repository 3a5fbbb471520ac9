package dev.belay.storage.cache;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A store of which some objects are read from a {@link LocalCache} as far as they are there, and
 * kept there once they were read.
 */
public final class CachedStore implements ObjectStore {
  private final ObjectStore store;
  private final LocalCache cache;
  private final Predicate<String> keys;

  /**
   * @param keys which objects to cache
   */
  public CachedStore(ObjectStore store, LocalCache cache, Predicate<String> keys) {
    this.store = store;
    this.cache = cache;
    this.keys = keys;
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    if (cache.isNone() || !keys.test(key)) {
      return store.open(key, offset, length);
    }
    long end = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length;
    InputStream kept = length < 1 || offset < 0 ? null : cache.open(key, offset, end);
    return kept != null
        ? new Kept(key, kept, length)
        : new Filling(store.open(key, offset, length), new Fill(cache, key, offset), length);
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    return store.put(key, body);
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    return store.list(prefix);
  }

  @Override
  public void delete(String key) throws StoreException {
    cache.forget(key);
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
  public String locate(String key) {
    return store.locate(key);
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
  public void close() {
    store.close();
  }

  /**
   * From the cache. What cannot be read there is forgotten, so that the next try asks the store.
   */
  private final class Kept extends InputStream {
    private final String key;
    private final InputStream in;
    private long left;

    Kept(String key, InputStream in, long length) {
      this.key = key;
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length > 0 && left == 0) {
        return -1;
      }
      try {
        int count = in.read(bytes, offset, (int) Math.min(length, left));
        left -= Math.max(0, count);
        return count;
      } catch (IOException e) {
        cache.forget(key);
        throw new StoreException(Kind.UNAVAILABLE, "cannot read the cached " + key + ": " + e, e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** From the store; what is read is kept. */
  private static final class Filling extends InputStream {
    private final InputStream in;
    private final Fill fill;
    private final long length;
    private long count;
    private boolean ended;

    Filling(InputStream in, Fill fill, long length) {
      this.in = in;
      this.fill = fill;
      this.length = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int most) throws IOException {
      int read = in.read(bytes, offset, most);
      if (read > 0) {
        fill.write(bytes, offset, read);
        count += read;
      } else if (read < 0) {
        ended = count < length;
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      fill.close(ended);
      in.close();
    }
  }
}
