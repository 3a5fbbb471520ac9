package dev.belay.storage.faults;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Has room for so many bytes and no more, also in the middle of a put. */
public final class FullDiskStore extends ForwardingStore {
  private final AtomicLong free;

  public FullDiskStore(ObjectStore store, long free) {
    super(store);
    this.free = new AtomicLong(free);
  }

  /** Someone cleans up. */
  public void addRoom(long bytes) {
    free.addAndGet(bytes);
  }

  @Override
  public long put(String key, Body body) throws StoreException {
    long before = free.get();
    try {
      return super.put(key, out -> body.writeTo(new Limited(out, key)));
    } catch (StoreException e) {
      free.set(before);
      throw e;
    }
  }

  private final class Limited extends FilterOutputStream {
    private final String key;

    Limited(OutputStream out, String key) {
      super(out);
      this.key = key;
    }

    @Override
    public void write(int b) throws IOException {
      take(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      take(length);
      out.write(bytes, offset, length);
    }

    private void take(int bytes) throws StoreException {
      if (free.addAndGet(-bytes) < 0) {
        throw new StoreException(
            Kind.UNAVAILABLE, "cannot store " + key + ": no space left on device");
      }
    }
  }
}
