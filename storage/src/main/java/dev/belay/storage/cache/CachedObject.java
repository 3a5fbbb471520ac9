package dev.belay.storage.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One object, or parts of it: a sparse file that has each byte where the object has it, and beside
 * it a list of the parts that are there. A part is listed after it was written, so what a killed
 * process leaves is right; what a machine without power leaves may not be, and is found out by who
 * reads. Thread-safe.
 */
final class CachedObject {
  /** In no key, so no object can be called like this file. */
  static final String PARTS = "~parts";

  private static final int ENTRY = 2 * Long.BYTES;
  private static final long MOST_ENTRIES = 1 << 20;

  final String key;
  private final Path file;
  private final Path list;
  private final Parts parts = new Parts();
  private boolean gone;

  CachedObject(String key, Path file) {
    this.key = key;
    this.file = file;
    this.list = file.resolveSibling(file.getFileName() + PARTS);
  }

  /** What an earlier process left; null if that is of no use. */
  static @Nullable CachedObject found(String key, Path file) throws IOException {
    CachedObject object = new CachedObject(key, file);
    if (!Files.exists(object.list) || Files.size(object.list) > MOST_ENTRIES * ENTRY) {
      return null;
    }
    long size = Files.size(file);
    ByteBuffer entries = ByteBuffer.wrap(Files.readAllBytes(object.list));
    while (entries.remaining() >= ENTRY) {
      long from = entries.getLong();
      long to = entries.getLong();
      if (from < 0 || to < from || to > size) {
        return null;
      }
      object.know(from, to);
    }
    return object;
  }

  /** An empty part says where the object ends. */
  private void know(long from, long to) {
    if (from == to) {
      parts.end(to);
    } else {
      parts.add(from, to);
    }
  }

  /** Takes over a file that holds the whole object. */
  synchronized void adopt(LocalCache.Mover whole) throws IOException {
    if (gone) {
      return;
    }
    Files.createDirectories(file.getParent());
    whole.moveTo(file);
    list(0, Files.size(file), true);
  }

  /** Where its bytes go, each to its place. Once the object is removed, they go nowhere. */
  synchronized FileChannel toFill() throws IOException {
    if (gone) {
      throw new NoSuchFileException(file.toString());
    }
    Files.createDirectories(file.getParent());
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /**
   * These bytes have been written.
   *
   * @param last whether the object ends with them
   */
  synchronized void list(long from, long to, boolean last) throws IOException {
    if (gone || (from == to && !last)) {
      return;
    }
    ByteBuffer entries = ByteBuffer.allocate(2 * ENTRY);
    if (to > from) {
      entries.putLong(from).putLong(to);
    }
    if (last) {
      entries.putLong(to).putLong(to);
    }
    entries.flip();
    try (FileChannel channel =
        FileChannel.open(list, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (entries.hasRemaining()) {
        channel.write(entries);
      }
    }
    parts.add(from, to);
    if (last) {
      parts.end(to);
    }
  }

  /** Null if not all of it is there. */
  synchronized @Nullable InputStream open(long from, long to) throws IOException {
    if (gone || !parts.has(from, to)) {
      return null;
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return Channels.newInputStream(channel.position(from));
  }

  synchronized long bytes() {
    return parts.bytes();
  }

  /** Who reads it at this moment goes on reading. */
  synchronized void remove() throws IOException {
    gone = true;
    Files.deleteIfExists(list);
    Files.deleteIfExists(file);
  }
}
