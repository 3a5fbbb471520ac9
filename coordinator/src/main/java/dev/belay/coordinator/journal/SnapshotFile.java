package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.SnapshotEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;

/**
 * The file of a snapshot, all numbers big-endian:
 *
 * <pre>
 *    0  "BLJN"
 *    4  format, 2
 *    8  generation of the journal that begins after it
 *   16  sequence of the last record that it covers
 *   24  entries: length, CRC32C over the check before (of the head: over its 24 bytes), the length
 *       and the bytes; then the bytes, a SnapshotEntry. First a header, last a footer.
 *  end  SHA-256 of all bytes before
 * </pre>
 */
final class SnapshotFile {
  static final int MAGIC = 0x424C4A4E;
  static final int FORMAT = 2;
  static final int HEAD_BYTES = 24;
  static final int MOST_ENTRY_BYTES = 64 << 20;

  /** Takes the entries that were read. */
  @FunctionalInterface
  interface Target {
    void accept(SnapshotEntry entry) throws JournalException;
  }

  private SnapshotFile() {}

  /**
   * Writes a snapshot, reads it back, and only then gives it its name; when this returns it is
   * durable.
   */
  static void write(Path file, long generation, long sequence, SnapshotSource source)
      throws JournalException {
    Path temporary = temporary(file);
    try {
      writeTemporary(temporary, generation, sequence, source);
      read(temporary, generation, entry -> {});
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      Durable.forceParent(file);
    } catch (IOException e) {
      discard(temporary, e);
      throw e instanceof JournalException known
          ? known
          : new JournalException(
              "the snapshot "
                  + file
                  + " could not be written: "
                  + Durable.reason(e)
                  + "; see that its disk has room and works, then start again with the same --data",
              e);
    }
  }

  private static void writeTemporary(
      Path temporary, long generation, long sequence, SnapshotSource source) throws IOException {
    try (SnapshotWriter writer = SnapshotWriter.create(temporary, generation, sequence)) {
      source.writeTo(writer::add);
      writer.finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Reads and verifies all of it. An entry is given before the whole is known to be sound, so a
   * target that was filled from a damaged file must be thrown away.
   *
   * @return the last sequence that the snapshot covers
   * @throws DamagedException when another snapshot should be tried
   */
  static long read(Path file, long generation, Target target) throws JournalException {
    try (SnapshotReader reader = SnapshotReader.open(file)) {
      return reader.read(generation, target);
    } catch (JournalException e) {
      throw e;
    } catch (ClosedByInterruptException e) {
      throw new JournalException(file + " was not read to its end: interrupted", e);
    } catch (IOException e) {
      throw new DamagedException(file + " cannot be read: " + Durable.reason(e));
    }
  }

  static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".tmp");
  }

  static int check(int previous, int length, ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(2 * Integer.BYTES).putInt(previous).putInt(length).flip());
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static void discard(Path temporary, Exception because) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
