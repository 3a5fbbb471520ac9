package dev.belay.storage.file;

import dev.belay.storage.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/** Reads so many bytes of a file, and says what failed when it does. */
final class ObjectInput extends InputStream {
  private final FileChannel channel;
  private final Path path;
  private long left;

  ObjectInput(FileChannel channel, long length, Path path) {
    this.channel = channel;
    this.left = length;
    this.path = path;
  }

  @Override
  public int read() throws StoreException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws StoreException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    int wanted = (int) Math.min(left, length);
    if (wanted == 0) {
      return -1;
    }
    try {
      int read = channel.read(ByteBuffer.wrap(bytes, offset, wanted));
      left -= Math.max(0, read);
      return read;
    } catch (IOException e) {
      throw FileErrors.unavailable("cannot read " + path, e);
    }
  }

  @Override
  public void close() throws StoreException {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileErrors.unavailable("cannot close " + path, e);
    }
  }
}
