package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.InputStream;
import java.util.List;
import java.util.function.LongSupplier;

/** Does so many calls a second, and as many at once; to more it says "slow down". */
public final class ThrottlingStore extends ForwardingStore {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final LongSupplier nanos;
  private double allowed;
  private long last;

  /**
   * A store with a bound.
   *
   * @param nanos a clock, such as {@code System::nanoTime}
   */
  public ThrottlingStore(ObjectStore store, double perSecond, LongSupplier nanos) {
    super(store);
    this.perSecond = perSecond;
    this.nanos = nanos;
    this.allowed = perSecond;
    this.last = nanos.getAsLong();
  }

  private synchronized void take() throws StoreException {
    long now = nanos.getAsLong();
    allowed = Math.min(perSecond, allowed + (now - last) / NANOS * perSecond);
    last = now;
    if (allowed < 1) {
      throw new StoreException(Kind.UNAVAILABLE, "the store asks to slow down (SlowDown)");
    }
    allowed--;
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    take();
    return super.put(key, body);
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    take();
    return super.open(key, offset, length);
  }

  @Override
  public List<Stored> list(String prefix) throws StoreException {
    take();
    return super.list(prefix);
  }

  @Override
  public void delete(String key) throws StoreException {
    take();
    super.delete(key);
  }

  @Override
  public List<String> unfinished(String prefix) throws StoreException {
    take();
    return super.unfinished(prefix);
  }

  @Override
  public void abandon(String key) throws StoreException {
    take();
    super.abandon(key);
  }
}
