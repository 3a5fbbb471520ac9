package dev.belay.coordinator.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record as it lies in a Chronicle document, all numbers big-endian:
 *
 * <pre>
 *    0  "BLJR"
 *    4  length of the frame, as in Chronicle's own frame
 *    8  own check: CRC32C over the generation's salt and all bytes from 12 on
 *   12  chain check: CRC32C over the chain check before and all bytes from 16 on
 *   16  all bits inverted: the sequence up to which everything was on the device by then
 *   24  JournalRecord
 *  end  0xBE
 * </pre>
 *
 * The chain proves that a record follows the one before. The own check recognises a record behind a
 * hole, of which nothing is wanted but the word that what is missing had been on the device. The
 * salt keeps out records of other generations. The inverted bits and the last byte keep a whole
 * record's frame from looking like a place that was never written.
 */
record Frame(int chain, long synced, ByteBuffer record) {
  static final int MAGIC = 0x424C4A52;
  static final int OVERHEAD = 25;
  static final int LENGTH = 4;

  private static final int OWN = 8;
  private static final int CHAIN = 12;
  private static final int SYNCED = 16;
  private static final int RECORD = 24;
  private static final byte END = (byte) 0xBE;

  /** The frame's bytes; the chain check is the int at {@link #chainOf}. */
  static byte[] encode(long salt, int previousChain, long synced, byte[] record) {
    byte[] bytes = new byte[OVERHEAD + record.length];
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    frame
        .putInt(0, MAGIC)
        .putInt(LENGTH, bytes.length)
        .putLong(SYNCED, ~synced)
        .put(RECORD, record);
    frame.put(bytes.length - 1, END);
    frame.putInt(CHAIN, chainCheck(previousChain, frame));
    frame.putInt(OWN, ownCheck(salt, frame));
    return bytes;
  }

  static int chainOf(byte[] frame) {
    return ByteBuffer.wrap(frame).getInt(CHAIN);
  }

  /** Null unless these bytes are whole and of the salt's generation; the chain is not looked at. */
  static @Nullable Frame decode(long salt, byte[] bytes) {
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    if (bytes.length < OVERHEAD
        || frame.getInt(0) != MAGIC
        || frame.getInt(LENGTH) != bytes.length
        || frame.get(bytes.length - 1) != END
        || frame.getInt(OWN) != ownCheck(salt, frame)) {
      return null;
    }
    ByteBuffer record = frame.slice(RECORD, bytes.length - OVERHEAD);
    return new Frame(frame.getInt(CHAIN), ~frame.getLong(SYNCED), record);
  }

  /** Whether a frame that is whole follows the one with this chain check. */
  static boolean follows(int previousChain, byte[] bytes) {
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    return frame.getInt(CHAIN) == chainCheck(previousChain, frame);
  }

  private static int chainCheck(int previousChain, ByteBuffer frame) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, previousChain));
    crc.update(frame.slice(SYNCED, frame.capacity() - SYNCED));
    return (int) crc.getValue();
  }

  private static int ownCheck(long salt, ByteBuffer frame) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
    crc.update(frame.slice(CHAIN, frame.capacity() - CHAIN));
    return (int) crc.getValue();
  }
}
