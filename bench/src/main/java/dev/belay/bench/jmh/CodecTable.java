package dev.belay.bench.jmh;

import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import dev.belay.bench.state.Shape;
import dev.belay.storage.format.PackedChunk;
import java.util.List;
import java.util.Locale;

/** Rates of what a chunk goes through, in bytes before compression. */
final class CodecTable {
  private CodecTable() {}

  static Table of(List<Score> scores) {
    Table.Builder table =
        Table.titled("A chunk of 1 MiB on one core")
            .column("step", "step", Format.TEXT)
            .column("shape", "made of", Format.TEXT)
            .column("bytesASecond", "rate", Format.BYTES_A_SECOND)
            .column("slowest", "slowest", Format.BYTES_A_SECOND)
            .column("fastest", "fastest", Format.BYTES_A_SECOND)
            .column("storedShare", "stored share", Format.RATIO);
    for (Score score : scores) {
      String shape = score.parameter("shape");
      table.row(
          score.method(),
          shape.toLowerCase(Locale.ROOT),
          CodecBenchmark.CHUNK * score.aSecond(),
          CodecBenchmark.CHUNK * 1e9 / score.nanos().max(),
          CodecBenchmark.CHUNK * 1e9 / score.nanos().min(),
          score.method().equals("pack") ? storedShare(Shape.valueOf(shape)) : null);
    }
    return table.note("pack: SHA-256, LZ4 and CRC32C; unpack: the same backwards.").build();
  }

  private static double storedShare(Shape shape) {
    PackedChunk packed = PackedChunk.pack(CodecBenchmark.chunk(shape), 0, CodecBenchmark.CHUNK);
    return (double) packed.frame().length / CodecBenchmark.CHUNK;
  }
}
