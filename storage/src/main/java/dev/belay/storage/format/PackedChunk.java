package dev.belay.storage.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.util.zip.CRC32C;

/**
 * A chunk ready to be written: its frame, and what the manifest will say of it but for the place.
 * Packing and unpacking are the costly part, and pure, so they may run anywhere.
 */
public record PackedChunk(byte[] frame, StoredChunk description) {
  /** The most bytes that one may hold. */
  public static final int MAX_RAW = Lz4Frame.MAX_RAW;

  /** Compresses some bytes, from 1 to {@link #MAX_RAW}. */
  public static PackedChunk pack(byte[] raw, int offset, int length) {
    if (length < 1 || length > MAX_RAW) {
      throw new IllegalArgumentException("a chunk of " + length + " bytes");
    }
    return pack(raw, offset, length, digest(raw, offset, length));
  }

  /** What a chunk of these bytes is known by. */
  public static ByteString digest(byte[] raw, int offset, int length) {
    return UnsafeByteOperations.unsafeWrap(Digests.sha256(raw, offset, length));
  }

  /** As {@link #pack(byte[], int, int)}, with the digest known. */
  public static PackedChunk pack(byte[] raw, int offset, int length, ByteString digest) {
    byte[] frame = Lz4Frame.compress(raw, offset, length);
    return new PackedChunk(
        frame,
        StoredChunk.newBuilder()
            .setStoredLength(frame.length)
            .setRawLength(length)
            .setStoredCrc(crc(frame))
            .setRawDigest(digest)
            .build());
  }

  /**
   * The bytes that were packed.
   *
   * @throws StoreException CORRUPT if these are others
   */
  public static byte[] unpack(byte[] frame, StoredChunk description) throws StoreException {
    if (frame.length != description.getStoredLength() || crc(frame) != description.getStoredCrc()) {
      throw new StoreException(Kind.CORRUPT, "a chunk does not match its checksum");
    }
    byte[] raw = Lz4Frame.decompress(frame, description.getRawLength());
    if (!description.getRawDigest().equals(digest(raw, 0, raw.length))) {
      throw new StoreException(Kind.CORRUPT, "a chunk does not match its digest");
    }
    return raw;
  }

  /** As {@link #unpack(byte[], StoredChunk)}. */
  byte[] unpack() throws StoreException {
    return unpack(frame, description);
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }
}
