package dev.belay.storage.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** A run of an object's bytes on its way into the cache. What fails here is no one's concern. */
final class Fill {
  private final LocalCache cache;
  private final CachedObject object;
  private final long start;
  private long position;
  private @Nullable FileChannel channel;
  private boolean over;

  Fill(LocalCache cache, String key, long start) {
    this.cache = cache;
    this.object = cache.toFill(key);
    this.start = start;
    this.position = start;
  }

  void write(byte[] bytes, int offset, int length) {
    if (over) {
      return;
    }
    try {
      FileChannel open = channel;
      if (open == null) {
        open = object.toFill();
        channel = open;
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        position += open.write(buffer, position);
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  /**
   * No more will come.
   *
   * @param ended whether the object ends here
   */
  void close(boolean ended) {
    if (over) {
      return;
    }
    over = true;
    try {
      closeFile();
      cache.filled(object, start, position, ended);
    } catch (IOException e) {
      cache.failed("write", e);
    }
  }

  private void fail(IOException e) {
    over = true;
    cache.failed("write", e);
    try {
      closeFile();
    } catch (IOException again) {
      e.addSuppressed(again);
    }
    cache.forget(object.key);
  }

  private void closeFile() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
