package dev.belay.bench.jmh;

import dev.belay.bench.report.Format;
import dev.belay.bench.report.Size;
import dev.belay.bench.report.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How near the whole comes to its slowest stage. */
final class PipelineTable {
  private static final String WHOLE = "pipeline";

  private PipelineTable() {}

  static Table of(List<Score> scores) {
    Table.Builder table =
        Table.titled("A checkpoint's stages, each alone, and all of them as a pipeline")
            .column("size", "state", Format.TEXT)
            .column("shape", "made of", Format.TEXT)
            .column("stage", "stage", Format.TEXT)
            .column("bytesASecond", "rate", Format.BYTES_A_SECOND)
            .column("slowest", "slowest", Format.BYTES_A_SECOND)
            .column("fastest", "fastest", Format.BYTES_A_SECOND)
            .column("ofSlowestStage", "of the slowest stage", Format.RATIO);
    for (List<Score> one : byState(scores)) {
      double slowest =
          one.stream()
              .filter(score -> !score.method().equals(WHOLE))
              .mapToDouble(Score::aSecond)
              .min()
              .orElseThrow();
      one.sort(Comparator.comparing(score -> score.method().equals(WHOLE)));
      for (Score score : one) {
        long size = Size.parse(score.parameter("size"));
        table.row(
            score.parameter("size"),
            score.parameter("shape").toLowerCase(Locale.ROOT),
            score.method(),
            size * score.aSecond(),
            size * 1e9 / score.nanos().max(),
            size * 1e9 / score.nanos().min(),
            score.method().equals(WHOLE) ? score.aSecond() / slowest : null);
      }
    }
    return table
        .note("rates: of the state's bytes; put: to this disk, durably.")
        .note("serialise, chunk and put have one thread each; hash and compress all processors,")
        .note("which in the pipeline they share with the others.")
        .build();
  }

  private static Iterable<List<Score>> byState(List<Score> scores) {
    Map<String, List<Score>> byState = new LinkedHashMap<>();
    for (Score score : scores) {
      byState
          .computeIfAbsent(
              score.parameter("size") + " " + score.parameter("shape"), any -> new ArrayList<>())
          .add(score);
    }
    return byState.values();
  }
}
