package dev.belay.storage.format;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The header and the footer of an object, little-endian.
 *
 * <pre>
 * header  8 magic, 2 version, 2 zero, 4 CRC-32C of the 12 bytes before
 * footer  8 offset of the manifest, 4 its length, 4 CRC-32C of the 12 bytes before, 8 magic
 * </pre>
 *
 * The header is the same in every version to come, so that each can tell a newer one.
 */
final class Layout {
  static final int VERSION = 2;
  static final int HEADER = 16;
  static final int FOOTER = 24;
  static final int MAX_MANIFEST = 256 << 20;

  /** That one restore reads. */
  static final int MAX_OBJECTS = 64;

  private static final int CHECKED = 12;
  private static final long END = magic("BELAYEND");

  private Layout() {}

  static byte[] header(ObjectKind kind) {
    return header(kind, VERSION);
  }

  private static byte[] header(ObjectKind kind, int version) {
    ByteBuffer header = littleEndian(HEADER);
    header.putLong(magic(kind.magic())).putShort((short) version).putShort((short) 0);
    return header.putInt(crc(header.array())).array();
  }

  /** Refuses all but the headers of this kind, of this version and those before. */
  static void checkHeader(byte[] header, ObjectKind kind) throws StoreException {
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    if (fields.getInt(CHECKED) != crc(header)) {
      throw new StoreException(Kind.CORRUPT, "its header does not match its checksum");
    }
    int version = fields.getShort(8) & 0xffff;
    if (fields.getLong(0) == magic(kind.magic()) && version > VERSION) {
      throw new StoreException(
          Kind.INCOMPATIBLE,
          "it has format version "
              + version
              + " and this Belay reads up to "
              + VERSION
              + ": use the version of Belay that wrote it, or a newer one");
    }
    if (version < 1 || !Arrays.equals(header, header(kind, version))) {
      throw new StoreException(Kind.CORRUPT, "it is not a " + kind.label());
    }
  }

  static byte[] footer(long manifestOffset, int manifestLength) {
    ByteBuffer footer = littleEndian(FOOTER);
    footer.putLong(manifestOffset).putInt(manifestLength);
    return footer.putInt(crc(footer.array())).putLong(END).array();
  }

  /** The offset of the manifest, in an object of this length with this footer. */
  static long manifestOffset(byte[] footer, long objectLength) throws StoreException {
    long offset = ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long length = objectLength - FOOTER - offset;
    if (offset < HEADER
        || length < 0
        || length > MAX_MANIFEST
        || !Arrays.equals(footer, footer(offset, (int) length))) {
      throw new StoreException(Kind.CORRUPT, "its footer is damaged");
    }
    return offset;
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CHECKED);
    return (int) crc.getValue();
  }

  private static ByteBuffer littleEndian(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long magic(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong();
  }
}
