package dev.belay.bench.jmh;

import dev.belay.bench.report.Format;
import dev.belay.bench.report.Sample;
import dev.belay.bench.report.Size;
import dev.belay.bench.report.Table;
import java.util.List;
import java.util.Locale;

/** Times of states by their size and shape. */
final class CheckpointTable {
  private CheckpointTable() {}

  static Table of(String title, List<Score> scores) {
    Table.Builder table =
        Table.titled(title)
            .column("size", "state", Format.TEXT)
            .column("shape", "made of", Format.TEXT)
            .column("store", "store", Format.TEXT)
            .column("nanos", "time", Format.NANOS)
            .column("minNanos", "min", Format.NANOS)
            .column("maxNanos", "max", Format.NANOS)
            .column("bytesASecond", "rate", Format.BYTES_A_SECOND);
    for (Score score : scores) {
      Sample nanos = score.nanos();
      String size = score.parameter("size");
      table.row(
          size,
          score.parameter("shape").toLowerCase(Locale.ROOT),
          score.parameters().get("store"),
          nanos.median(),
          nanos.min(),
          nanos.max(),
          Size.parse(size) * score.aSecond());
    }
    return table.build();
  }
}
