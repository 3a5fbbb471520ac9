package dev.belay.bench;

import dev.belay.bench.report.Machine;
import dev.belay.bench.report.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session found. */
record Findings(Machine machine, Conditions conditions, List<Finding> findings) {
  /**
   * What one benchmark found.
   *
   * @param failure in one line; null if it ran to its end
   */
  record Finding(
      Benchmark benchmark, double seconds, List<Table> tables, @Nullable String failure) {}

  /** Whether every benchmark ran to its end. */
  boolean complete() {
    return findings.stream().allMatch(finding -> finding.failure() == null);
  }
}
