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
import java.util.Set;

/** How near the whole comes to its slowest stage. */
final class PipelineTable {
  private static final String WHOLE = "pipeline";

  /** Also in the pipeline. */
  private static final Set<String> ONE_THREAD = Set.of("serialise", "chunk", "put");

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
            .column("ofSlowestStage", "of the slowest stage", Format.RATIO)
            .column("ofProcessors", "of what the processors could", Format.RATIO);
    for (List<Score> one : byState(scores)) {
      double slowest = 0;
      double alone = 0;
      double all = 0;
      for (Score score : one) {
        double nanos = score.nanos().median();
        boolean stage = !score.method().equals(WHOLE);
        slowest = Math.max(slowest, stage ? nanos : 0);
        alone = Math.max(alone, ONE_THREAD.contains(score.method()) ? nanos : 0);
        all += stage ? nanos : 0;
      }
      double possible = Math.max(alone, all / Runtime.getRuntime().availableProcessors());
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
            score.method().equals(WHOLE) ? slowest / score.nanos().median() : null,
            score.method().equals(WHOLE) ? possible / score.nanos().median() : null);
      }
    }
    return table
        .note("rates: of the state's bytes; put: to this disk, durably.")
        .note(
            "each stage alone has one thread; in the pipeline hashing and compressing have"
                + " several.")
        .note("of what the processors could: were each of them at work on one stage or another all")
        .note("the time, and were no stage slower than that alone.")
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
