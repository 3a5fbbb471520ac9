package dev.belay.storage.checkpoint;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.faults.ForwardingStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that are read, as they are handed out. */
final class MeteredStore extends ForwardingStore {
  final AtomicLong read = new AtomicLong();
  final AtomicLong opened = new AtomicLong();

  MeteredStore(ObjectStore store) {
    super(store);
  }

  @Override
  public InputStream open(String key, long offset, long length) throws StoreException {
    opened.incrementAndGet();
    return new FilterInputStream(super.open(key, offset, length)) {
      @Override
      public int read() throws IOException {
        int b = super.read();
        read.addAndGet(b < 0 ? 0 : 1);
        return b;
      }

      @Override
      public int read(byte[] bytes, int from, int count) throws IOException {
        int got = super.read(bytes, from, count);
        read.addAndGet(Math.max(0, got));
        return got;
      }
    };
  }
}
