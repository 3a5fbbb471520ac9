package dev.belay.storage.file;

import dev.belay.storage.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** Writes to a file, and says what failed when it does. */
final class ObjectOutput extends OutputStream {
  private final FileChannel channel;
  private final String what;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);

  ObjectOutput(FileChannel channel, String what) {
    this.channel = channel;
    this.what = what;
  }

  @Override
  public void write(int b) throws StoreException {
    if (!buffer.hasRemaining()) {
      flush();
    }
    buffer.put((byte) b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws StoreException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length > buffer.remaining()) {
      flush();
    }
    if (length > buffer.remaining()) {
      drain(ByteBuffer.wrap(bytes, offset, length));
    } else {
      buffer.put(bytes, offset, length);
    }
  }

  @Override
  public void flush() throws StoreException {
    buffer.flip();
    drain(buffer);
    buffer.clear();
  }

  private void drain(ByteBuffer bytes) throws StoreException {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw FileErrors.unavailable(what, e);
    }
  }
}
