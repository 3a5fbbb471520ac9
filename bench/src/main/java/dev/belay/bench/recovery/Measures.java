package dev.belay.bench.recovery;

import dev.belay.bench.report.Format;
import dev.belay.bench.report.Sample;
import dev.belay.bench.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Times and counts gathered over many faults, by what was measured. */
final class Measures {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double P90 = 0.9;

  private final Map<String, List<Double>> times = new LinkedHashMap<>();
  private final Map<String, Long> goals = new LinkedHashMap<>();
  private final Map<String, List<Double>> counts = new LinkedHashMap<>();

  /** From then to now. */
  void since(String what, long nanos) {
    time(what, (System.nanoTime() - nanos) / NANOS_PER_MILLI);
  }

  void millis(String what, OptionalLong millis) {
    millis.ifPresent(value -> time(what, value));
  }

  private void time(String what, double millis) {
    times.computeIfAbsent(what, any -> new ArrayList<>()).add(millis);
  }

  void count(String what, long count) {
    counts.computeIfAbsent(what, any -> new ArrayList<>()).add((double) count);
  }

  /** What a time should not exceed. Those with goals stand above the others. */
  void goal(String what, long millis) {
    goals.put(what, millis);
    times.putIfAbsent(what, new ArrayList<>());
  }

  Table table(String title) {
    Table.Builder table =
        Table.titled(title)
            .column("what", "what", Format.TEXT)
            .column("minMillis", "min", Format.MILLIS)
            .column("medianMillis", "median", Format.MILLIS)
            .column("p90Millis", "p90", Format.MILLIS)
            .column("maxMillis", "max", Format.MILLIS)
            .column("goalMillis", "goal", Format.MILLIS)
            .column("met", "met", Format.TEXT);
    times.forEach((what, values) -> row(table, what, values));
    counts.forEach(
        (what, values) -> {
          Sample sample = Sample.of(values);
          table.note(
              what
                  + ": "
                  + (sample.min() == sample.max()
                      ? Format.COUNT.text(sample.min())
                      : Format.COUNT.text(sample.min())
                          + " to "
                          + Format.COUNT.text(sample.max())));
        });
    return table.build();
  }

  private void row(Table.Builder table, String what, List<Double> values) {
    if (values.isEmpty()) {
      return;
    }
    Sample sample = Sample.of(values);
    Long goal = goals.get(what);
    long met = goal == null ? 0 : values.stream().filter(value -> value <= goal).count();
    table.row(
        what,
        sample.min(),
        sample.median(),
        sample.quantile(P90),
        sample.max(),
        goal,
        goal == null ? null : met + " of " + values.size());
  }
}
