package dev.belay.storage.s3;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.lang.ref.SoftReference;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/**
 * The bound of the memory for uploads: whoever fills a buffer has a permit, and gives it back when
 * its bytes are with the server. Nobody waits for a permit who holds one that only it can give
 * back, so they come round.
 */
final class Buffers {
  /** Bytes of a part: 10,000 of them, the most that S3 takes, are 80 GB. */
  static final int SIZE = 8 << 20;

  static final int MOST = 8;

  private final Semaphore permits = new Semaphore(MOST, true);

  /** Used before, and used again: large arrays come and go with difficulty. */
  private final Deque<SoftReference<byte[]>> spare = new ConcurrentLinkedDeque<>();

  void take() throws StoreException {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNAVAILABLE, "interrupted while waiting to upload", e);
    }
  }

  /** A whole buffer, for who has a permit; holds anything. */
  byte[] whole() {
    for (SoftReference<byte[]> next = spare.poll(); next != null; next = spare.poll()) {
      byte[] buffer = next.get();
      if (buffer != null) {
        return buffer;
      }
    }
    return new byte[SIZE];
  }

  /** The permit, and the buffer that nobody looks at any more. */
  void giveBack(byte[] buffer) {
    if (buffer.length == SIZE) {
      spare.push(new SoftReference<>(buffer));
    }
    permits.release();
  }
}
