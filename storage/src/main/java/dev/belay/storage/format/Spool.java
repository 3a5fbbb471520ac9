package dev.belay.storage.format;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the very bytes of an object, from the first that is written until it lies in the store: so
 * a put can begin while they are still being written, and can be tried again. Small ones stay in
 * memory; larger ones go to a file.
 *
 * <p>One thread writes; others may copy what is there, at the same time.
 */
public final class Spool extends OutputStream {
  private static final int IN_MEMORY = 256 << 10;
  private static final int FIRST = 1 << 10;
  private static final int BUFFER = 64 << 10;

  /** What becomes of the file. */
  public enum Use {
    /**
     * It loses its name as soon as it is open (where the system can do that), so that not even a
     * killed process leaves it behind.
     */
    PASSING,
    /** It has a name until it is closed, or moved to where it is kept. */
    KEEPABLE
  }

  private final Supplier<Path> scratch;
  private final Use use;
  private byte @Nullable [] memory = new byte[FIRST];
  private @Nullable FileChannel file;
  private @Nullable Path name;
  private long size;
  private boolean closed;

  /**
   * An empty one.
   *
   * @param scratch asked for a directory for the file when one is needed; it is made then
   */
  public Spool(Supplier<Path> scratch, Use use) {
    this.scratch = scratch;
    this.use = use;
  }

  @Override
  public void write(int b) throws StoreException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws StoreException {
    FileChannel channel = toMemory(bytes, offset, length);
    if (channel != null) {
      append(channel, ByteBuffer.wrap(bytes, offset, length));
    }
  }

  /** The number of bytes written. */
  public synchronized long size() {
    return size;
  }

  /**
   * Copies all that is there after a position.
   *
   * @return the position after that
   */
  public long copy(long from, OutputStream out) throws IOException {
    byte[] piece;
    FileChannel channel;
    long end;
    synchronized (this) {
      end = size;
      channel = file;
      byte[] small = memory;
      if (small != null) {
        channel = null;
        piece = Arrays.copyOfRange(small, (int) from, (int) size);
      } else if (channel != null) {
        piece = new byte[(int) Math.min(BUFFER, end - from)];
      } else {
        throw new StoreException(Kind.UNAVAILABLE, "the object was given up while it was stored");
      }
    }
    if (channel == null) {
      out.write(piece);
      return end;
    }
    ByteBuffer buffer = ByteBuffer.wrap(piece);
    for (long at = from; at < end; at += buffer.position()) {
      buffer.clear().limit((int) Math.min(piece.length, end - at));
      fill(channel, buffer, at);
      out.write(piece, 0, buffer.position());
    }
    return end;
  }

  /**
   * Gives the bytes away as a file, in place of any that is there. They can still be copied.
   *
   * @param target on the same disk as the scratch directory
   */
  public void moveTo(Path target) throws IOException {
    byte[] small;
    Path from;
    synchronized (this) {
      small = memory == null ? null : Arrays.copyOf(memory, (int) size);
      from = name;
      name = null;
    }
    if (small != null) {
      Files.write(target, small);
    } else if (from != null) {
      Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
    } else {
      throw new IOException("the spool has no file that could be kept");
    }
  }

  /** Forgets what was written. */
  @Override
  public void close() throws StoreException {
    Closeable channel;
    Path left;
    synchronized (this) {
      channel = file;
      left = name;
      file = null;
      name = null;
      memory = null;
      closed = true;
    }
    try {
      if (channel != null) {
        channel.close();
      }
      if (left != null) {
        Files.deleteIfExists(left);
      }
    } catch (IOException e) {
      throw failed("cannot remove", e);
    }
  }

  /** Null if they are there now. */
  private @Nullable FileChannel toMemory(byte[] bytes, int offset, int length)
      throws StoreException {
    byte[] small;
    synchronized (this) {
      small = memory;
      if (small != null && size + length <= IN_MEMORY) {
        int end = (int) size + length;
        if (end > small.length) {
          small = Arrays.copyOf(small, Math.min(IN_MEMORY, Math.max(4 * small.length, end)));
          memory = small;
        }
        System.arraycopy(bytes, offset, small, (int) size, length);
        size = end;
        return null;
      }
      if (small == null && file != null) {
        return file;
      }
    }
    if (small == null) {
      throw new StoreException(Kind.UNAVAILABLE, "the object was given up while it was written");
    }
    return toFile(small);
  }

  /** Only the writing thread changes what is in memory, so it may be read here. */
  private FileChannel toFile(byte[] small) throws StoreException {
    try {
      Path directory = Files.createDirectories(scratch.get());
      Path path = directory.resolve("spool-" + UUID.randomUUID());
      Set<StandardOpenOption> options =
          new HashSet<>(
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE));
      if (use == Use.PASSING) {
        options.add(StandardOpenOption.DELETE_ON_CLOSE);
      }
      FileChannel channel = FileChannel.open(path, options);
      boolean late;
      synchronized (this) {
        file = channel;
        name = use == Use.KEEPABLE ? path : null;
        late = closed;
      }
      if (late) {
        close();
        throw new IOException("the object was given up");
      }
      writeFully(channel, ByteBuffer.wrap(small, 0, (int) size()), 0);
      synchronized (this) {
        memory = null;
      }
      return channel;
    } catch (IOException e) {
      throw failed("cannot write", e);
    }
  }

  private void append(FileChannel channel, ByteBuffer bytes) throws StoreException {
    int length = bytes.remaining();
    try {
      writeFully(channel, bytes, size());
    } catch (IOException e) {
      throw failed("cannot write", e);
    }
    synchronized (this) {
      size += length;
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long at)
      throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  private void fill(FileChannel channel, ByteBuffer buffer, long position) throws StoreException {
    try {
      if (channel.read(buffer, position) <= 0) {
        throw new IOException("it ends too early");
      }
    } catch (IOException e) {
      throw failed("cannot read", e);
    }
  }

  private StoreException failed(String what, IOException e) {
    return new StoreException(
        Kind.UNAVAILABLE,
        what + " a temporary file in " + scratch.get() + ": " + e.getMessage(),
        e);
  }
}
