package dev.belay.storage.format;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHashFactory;

/**
 * A standard LZ4 frame with exactly one block and the content's size, so that {@code lz4 -d} reads
 * it. It carries no checksum of its own: whoever refers to it has one. The reader accepts what the
 * writer writes and nothing else of what the LZ4 format allows.
 */
final class Lz4Frame {
  /** The most that goes into one. */
  static final int MAX_RAW = 1 << 20;

  /** Magic, FLG, BD, content size, header checksum, block size; then the block, then the end. */
  private static final int BLOCK = 4 + 1 + 1 + 8 + 1 + 4;

  private static final int OVERHEAD = BLOCK + 4;
  static final int MAX_STORED = MAX_RAW + OVERHEAD;

  private static final int MAGIC = 0x184D2204;

  /** Version 1, independent blocks, content size given. */
  private static final byte FLG = 0b0110_1000;

  /** Blocks of at most 1 MiB. */
  private static final byte BD = 0b0110_0000;

  private static final int UNCOMPRESSED = 1 << 31;

  private static final ThreadLocal<Direct> DIRECT = ThreadLocal.withInitial(Direct::new);

  private Lz4Frame() {}

  /**
   * Native code works on memory outside the heap. While it worked on an array, older JVMs could not
   * collect garbage, and gave up with an OutOfMemoryError where the heap was small.
   */
  private static final class Direct {
    private ByteBuffer in = ByteBuffer.allocateDirect(0);
    private ByteBuffer out = ByteBuffer.allocateDirect(0);

    ByteBuffer in(int length) {
      in = atLeast(length, in);
      return in;
    }

    ByteBuffer out(int length) {
      out = atLeast(length, out);
      return out;
    }

    private static ByteBuffer atLeast(int length, ByteBuffer buffer) {
      return buffer.capacity() >= length ? buffer : ByteBuffer.allocateDirect(length);
    }
  }

  static byte[] compress(byte[] raw, int offset, int length) {
    LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
    Direct direct = DIRECT.get();
    ByteBuffer in = direct.in(length).put(0, raw, offset, length);
    int most = compressor.maxCompressedLength(length);
    ByteBuffer out = direct.out(most);
    int block = compressor.compress(in, 0, length, out, 0, most);
    boolean smaller = block < length;
    byte[] frame = new byte[OVERHEAD + (smaller ? block : length)];
    putHeader(ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN), length)
        .putInt(smaller ? block : length | UNCOMPRESSED);
    if (smaller) {
      out.get(0, frame, BLOCK, block);
    } else {
      System.arraycopy(raw, offset, frame, BLOCK, length);
    }
    return frame;
  }

  /**
   * The content.
   *
   * @param rawLength what it must come to; at most {@link #MAX_RAW}
   */
  static byte[] decompress(byte[] frame, int rawLength) throws StoreException {
    if (frame.length < OVERHEAD) {
      throw corrupt();
    }
    ByteBuffer expected = ByteBuffer.allocate(BLOCK - 4).order(ByteOrder.LITTLE_ENDIAN);
    putHeader(expected, rawLength);
    ByteBuffer actual = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    int size = actual.getInt(BLOCK - 4);
    int block = frame.length - OVERHEAD;
    if (!Arrays.equals(frame, 0, BLOCK - 4, expected.array(), 0, BLOCK - 4)
        || (size & ~UNCOMPRESSED) != block
        || actual.getInt(frame.length - 4) != 0) {
      throw corrupt();
    }
    return (size & UNCOMPRESSED) != 0
        ? stored(frame, block, rawLength)
        : decompressed(frame, block, rawLength);
  }

  private static byte[] stored(byte[] frame, int block, int rawLength) throws StoreException {
    if (block != rawLength) {
      throw corrupt();
    }
    return Arrays.copyOfRange(frame, BLOCK, BLOCK + block);
  }

  private static byte[] decompressed(byte[] frame, int block, int rawLength) throws StoreException {
    LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();
    Direct direct = DIRECT.get();
    ByteBuffer in = direct.in(block).put(0, frame, BLOCK, block);
    ByteBuffer out = direct.out(rawLength);
    byte[] raw = new byte[rawLength];
    try {
      if (decompressor.decompress(in, 0, block, out, 0, rawLength) != rawLength) {
        throw corrupt();
      }
      out.get(0, raw);
    } catch (LZ4Exception e) {
      throw new StoreException(Kind.CORRUPT, "a chunk does not decompress", e);
    }
    return raw;
  }

  private static ByteBuffer putHeader(ByteBuffer frame, int rawLength) {
    frame.putInt(MAGIC).put(FLG).put(BD).putLong(rawLength);
    int hash = XXHashFactory.fastestJavaInstance().hash32().hash(frame.array(), 4, 10, 0);
    return frame.put((byte) (hash >>> 8));
  }

  private static StoreException corrupt() {
    return new StoreException(Kind.CORRUPT, "a chunk is not the LZ4 frame that was written");
  }
}
