package dev.belay.bench.jmh;

import dev.belay.bench.report.Format;
import dev.belay.bench.report.Sample;
import dev.belay.bench.report.Table;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tables of how much is done a second. */
final class RateTables {
  private static final Map<String, String> DECISIONS =
      Map.of(
          "partitions",
          "tiny partitions: assigned, started, completed",
          "heartbeats",
          "heartbeats, 1,000 workers with 4 partitions each",
          "checkpoints",
          "checkpoints committed, the oldest released and deleted");

  private RateTables() {}

  static Table journal(List<Score> scores) {
    Table.Builder table =
        Table.titled("The journal: append and sync, records of 200 bytes")
            .column("batch", "records a sync", Format.COUNT)
            .column("nanos", "a sync", Format.NANOS)
            .column("minNanos", "min", Format.NANOS)
            .column("maxNanos", "max", Format.NANOS)
            .column("recordsASecond", "records", Format.A_SECOND);
    for (Score score : scores) {
      int batch = Integer.parseInt(score.parameter("batch"));
      Sample nanos = score.nanos();
      table.row(batch, nanos.median(), nanos.min(), nanos.max(), batch * score.aSecond());
    }
    return table.build();
  }

  static Table decisions(List<Score> scores) {
    Table.Builder table =
        Table.titled("The coordinator's core, one thread, no journal")
            .column("kind", "what", Format.TEXT);
    return rated(table, scores, score -> DECISIONS.getOrDefault(score.method(), score.method()));
  }

  static Table durable(List<Score> scores) {
    Table.Builder table =
        Table.titled("Tiny partitions through the coordinator's loop, each step durable")
            .column("slots", "under way at once", Format.TEXT);
    return rated(table, scores, score -> score.parameter("slots"));
  }

  private static Table rated(
      Table.Builder table, List<Score> scores, Function<Score, String> label) {
    table
        .column("aSecond", "a second", Format.A_SECOND)
        .column("slowest", "slowest", Format.A_SECOND)
        .column("fastest", "fastest", Format.A_SECOND);
    for (Score score : scores) {
      table.row(
          label.apply(score),
          score.aSecond(),
          1e9 / score.nanos().max(),
          1e9 / score.nanos().min());
    }
    return table.build();
  }
}
