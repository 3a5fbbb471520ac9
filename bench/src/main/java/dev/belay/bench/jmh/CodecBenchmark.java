package dev.belay.bench.jmh;

import dev.belay.bench.state.Shape;
import dev.belay.runtime.proto.StoredChunk;
import dev.belay.storage.StoreException;
import dev.belay.storage.format.PackedChunk;
import dev.belay.storage.state.StateCodec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a chunk of a checkpoint goes through, on one core: each part alone, and all of it together
 * as a chunk is packed and unpacked.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  static final int CHUNK = 1 << 20;

  @Param({"ARRAYS", "MAP", "RECORDS"})
  public Shape shape;

  private final LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
  private final LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();
  private byte[] raw;
  private byte[] out;
  private byte[] compressed;
  private PackedChunk packed;
  private MessageDigest sha256;

  @Setup
  public void make() throws NoSuchAlgorithmException {
    raw = chunk(shape);
    out = new byte[compressor.maxCompressedLength(CHUNK)];
    int length = compressor.compress(raw, 0, CHUNK, out, 0);
    compressed = Arrays.copyOf(out, length);
    packed = PackedChunk.pack(raw, 0, CHUNK);
    sha256 = MessageDigest.getInstance("SHA-256");
  }

  /** A full chunk of an encoded state. */
  static byte[] chunk(Shape shape) {
    StateCodec codec = StateCodec.of(List.of(Shape.SampleRecord.class), Shape.SampleState.class);
    return Arrays.copyOf(codec.encode(shape.make(2L * CHUNK)).bytes(), CHUNK);
  }

  @Benchmark
  public int lz4Compress() {
    return compressor.compress(raw, 0, CHUNK, out, 0);
  }

  @Benchmark
  public int lz4Decompress() {
    return decompressor.decompress(compressed, 0, compressed.length, out, 0, CHUNK);
  }

  @Benchmark
  public long crc32c() {
    CRC32C crc = new CRC32C();
    crc.update(raw, 0, CHUNK);
    return crc.getValue();
  }

  @Benchmark
  public byte[] sha256() {
    sha256.update(raw, 0, CHUNK);
    return sha256.digest();
  }

  @Benchmark
  public StoredChunk pack() {
    return PackedChunk.pack(raw, 0, CHUNK).description();
  }

  @Benchmark
  public byte[] unpack() throws StoreException {
    return PackedChunk.unpack(packed.frame(), packed.description());
  }
}
