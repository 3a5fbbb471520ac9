package dev.belay.storage.format;

import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds an object's bytes until it is whole and can be put, again if need be: so a writer that is
 * given up leaves nothing in the store. Small ones stay in memory; larger ones go to a file that
 * loses its name as soon as it is open (where the system can do that), so that not even a killed
 * process leaves it behind. For one thread.
 */
final class Spool extends OutputStream implements ObjectStore.Body {
  private static final int IN_MEMORY = 256 << 10;

  private final Path directory;
  private @Nullable ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private @Nullable FileChannel file;

  /**
   * An empty one.
   *
   * @param directory for the file, made when it is needed
   */
  Spool(Path directory) {
    this.directory = directory;
  }

  @Override
  public void write(int b) throws StoreException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws StoreException {
    ByteArrayOutputStream small = memory;
    if (small != null && small.size() + length <= IN_MEMORY) {
      small.write(bytes, offset, length);
      return;
    }
    try {
      FileChannel channel = file();
      if (small != null) {
        writeFully(channel, ByteBuffer.wrap(small.toByteArray()));
        memory = null;
      }
      writeFully(channel, ByteBuffer.wrap(bytes, offset, length));
    } catch (IOException e) {
      throw failed("cannot write", e);
    }
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    ByteArrayOutputStream small = memory;
    if (small != null) {
      small.writeTo(out);
      return;
    }
    FileChannel channel = file();
    ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    for (long position = 0; fill(channel, buffer, position) > 0; position += buffer.limit()) {
      out.write(buffer.array(), 0, buffer.limit());
    }
  }

  /** Forgets what was written. */
  @Override
  public void close() throws StoreException {
    FileChannel channel = file;
    file = null;
    memory = null;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw failed("cannot close", e);
      }
    }
  }

  private FileChannel file() throws IOException {
    FileChannel channel = file;
    if (channel == null) {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve("spool-" + UUID.randomUUID()),
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.DELETE_ON_CLOSE));
      file = channel;
    }
    return channel;
  }

  private int fill(FileChannel channel, ByteBuffer buffer, long position) throws StoreException {
    buffer.clear();
    try {
      int count = channel.read(buffer, position);
      buffer.flip();
      return count;
    } catch (IOException e) {
      throw failed("cannot read", e);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private StoreException failed(String what, IOException e) {
    return new StoreException(
        Kind.UNAVAILABLE, what + " a temporary file in " + directory + ": " + e.getMessage(), e);
  }
}
