package dev.belay.bench.jmh;

import dev.belay.bench.report.Format;
import dev.belay.bench.report.Sample;
import dev.belay.bench.report.Table;
import java.util.List;

/** The loops beside each other: which share of its speed each one keeps. */
final class SafePointTable {
  private static final double GOAL = 0.9;

  private SafePointTable() {}

  static Table of(List<Score> scores) {
    Table.Builder table =
        Table.titled("A safe point in each step, nothing due")
            .column("loop", "loop", Format.TEXT)
            .column("nanos", "a step", Format.NANOS)
            .column("minNanos", "min", Format.NANOS)
            .column("maxNanos", "max", Format.NANOS)
            .column("share", "speed kept", Format.RATIO)
            .column("shareOfFastest", "of the fastest", Format.RATIO)
            .column("goal", "goal", Format.TEXT);
    group(table, scores, "locals", "numbers in local variables");
    group(table, scores, "fields", "numbers in the state's fields");
    return table
        .note("a step: processor time of the loop's thread.")
        .note("speed kept: the plain loop's time divided by this one's, by the medians; of the")
        .note(
            "fastest: by the fastest iteration of each, which others on the machine disturb least.")
        .build();
  }

  private static void group(Table.Builder table, List<Score> scores, String prefix, String what) {
    Sample plain = find(scores, prefix + "Plain");
    table.row(what + ", plain", plain.median(), plain.min(), plain.max(), null, null, null);
    row(table, "  with checkpoint()", find(scores, prefix + "Checkpoint"), plain);
    row(
        table,
        "  with progress() and checkpoint()",
        find(scores, prefix + "CheckpointProgress"),
        plain);
  }

  private static void row(Table.Builder table, String name, Sample loop, Sample plain) {
    double share = plain.median() / loop.median();
    double ofFastest = plain.min() / loop.min();
    table.row(
        name,
        loop.median(),
        loop.min(),
        loop.max(),
        share,
        ofFastest,
        ">= " + GOAL + (share >= GOAL ? ": met" : ": missed"));
  }

  private static Sample find(List<Score> scores, String method) {
    return scores.stream()
        .filter(score -> score.method().equals(method))
        .map(Score::nanos)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(method + " was not run"));
  }
}
