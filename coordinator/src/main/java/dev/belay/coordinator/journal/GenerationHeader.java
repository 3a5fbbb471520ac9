package dev.belay.coordinator.journal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The first document of a generation, on the device before any record is appended, big-endian:
 *
 * <pre>
 *    0  "BLJH"
 *    4  CRC32C of the bytes from 8 on
 *    8  format, 2
 *   12  generation
 *   20  sequence of the first record
 *   28  salt, random
 * </pre>
 *
 * Its check begins the chain of records.
 */
record GenerationHeader(int format, long generation, long firstSequence, long salt) {
  static final int FORMAT = 2;
  static final int LENGTH = 36;

  private static final int MAGIC = 0x424C4A48;
  private static final int CHECKED = 8;

  byte[] encode() {
    ByteBuffer header = ByteBuffer.allocate(LENGTH);
    header.putInt(MAGIC).putInt(0).putInt(format);
    header.putLong(generation).putLong(firstSequence).putLong(salt);
    header.putInt(4, Durable.crc32c(header.slice(CHECKED, LENGTH - CHECKED)));
    return header.array();
  }

  /** The chain check that the first record follows. */
  int chain() {
    return ByteBuffer.wrap(encode()).getInt(4);
  }

  /** Null when this is not a whole header. A later format may be longer. */
  static @Nullable GenerationHeader decode(byte[] bytes) {
    if (bytes.length < LENGTH) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int check = Durable.crc32c(header.slice(CHECKED, bytes.length - CHECKED));
    if (header.getInt() != MAGIC || header.getInt() != check) {
      return null;
    }
    return new GenerationHeader(
        header.getInt(), header.getLong(), header.getLong(), header.getLong());
  }
}
