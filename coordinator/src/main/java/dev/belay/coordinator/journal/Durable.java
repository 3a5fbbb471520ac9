package dev.belay.coordinator.journal;

import dev.belay.runtime.text.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Small steps that end on the device. */
public final class Durable {
  private Durable() {}

  /** Makes the names in a directory durable. */
  static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Creates a directory, if need be, and makes its name durable. */
  static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory);
    forceParent(directory);
  }

  /** Makes the name of a file or directory durable. */
  static void forceParent(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      forceDirectory(parent);
    }
  }

  /** Gives a file this content, or leaves it as it was; when this returns it is durable. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(temporary, content);
    force(temporary);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceParent(file);
  }

  static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  static void writeFully(FileChannel channel, ByteBuffer from, long position) throws IOException {
    long at = position;
    while (from.hasRemaining()) {
      at += channel.write(from, at);
    }
  }

  /** Whether the buffer could be filled. */
  static boolean readFully(FileChannel channel, ByteBuffer into, long position) throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int n = channel.read(into, at);
      if (n < 0) {
        return false;
      }
      at += n;
    }
    return true;
  }

  static int crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** The reason as people read it, from the first cause, since others may have wrapped it. */
  static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String name = cause.getClass().getSimpleName();
    // Of these the message is often the name of a file alone.
    if (cause instanceof FileSystemException failure) {
      return Reason.of(failure);
    }
    String message = cause.getMessage();
    return message == null ? name : message.lines().findFirst().orElse(name);
  }
}
