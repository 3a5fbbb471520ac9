package dev.belay.bench;

import dev.belay.bench.Findings.Finding;
import dev.belay.bench.report.Machine;
import dev.belay.bench.report.Table;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What a person sees: what goes on, on standard error, and the tables at the end. */
final class Screen {
  private static final String ERASE_LINE = "\r\u001b[2K";
  private static final int WIDTH = 78;

  private final PrintStream tables;
  private final PrintStream progress;
  private final boolean terminal;

  /**
   * @param terminal whether a line of the progress may be written over
   */
  Screen(PrintStream tables, PrintStream progress, boolean terminal) {
    this.tables = tables;
    this.progress = progress;
    this.terminal = terminal;
  }

  void list(List<Benchmark> benchmarks, Conditions conditions) {
    int width = benchmarks.stream().mapToInt(it -> it.name().length()).max().orElse(1);
    for (Benchmark benchmark : benchmarks) {
      tables.println(
          pad(benchmark.name(), width)
              + "  "
              + pad(Durations.rough(benchmark.expected(conditions)), 6)
              + "  "
              + benchmark.description());
    }
  }

  void begin(List<Benchmark> benchmarks, Machine machine, Conditions conditions) {
    Duration total =
        benchmarks.stream()
            .map(it -> it.expected(conditions))
            .reduce(Duration.ZERO, Duration::plus);
    progress.println(
        "belay bench: "
            + benchmarks.size()
            + (benchmarks.size() == 1 ? " benchmark" : " benchmarks")
            + ", about "
            + Durations.rough(total)
            + " in all; "
            + machine.text());
  }

  void begin(Benchmark benchmark, Duration expected) {
    progress.println(
        benchmark.name() + ": " + benchmark.description() + " (" + Durations.rough(expected) + ")");
  }

  /** What the benchmark is at. */
  void at(String what) {
    if (terminal) {
      String line = "  " + what;
      progress.print(ERASE_LINE + line.substring(0, Math.min(WIDTH, line.length())));
      progress.flush();
    } else {
      progress.println("  " + what);
    }
  }

  void end(Finding finding) {
    if (terminal) {
      progress.print(ERASE_LINE);
    }
    String failure = finding.failure();
    progress.println(
        failure == null
            ? String.format(Locale.ROOT, "  done in %.0f s", finding.seconds())
            : "  failed: " + failure);
  }

  void summary(Findings findings) {
    for (Finding finding : findings.findings()) {
      String failure = finding.failure();
      if (failure != null) {
        tables.println();
        tables.println(finding.benchmark().name() + " failed: " + failure);
      }
      for (Table table : finding.tables()) {
        tables.println();
        table.lines().forEach(tables::println);
      }
    }
    tables.println();
    tables.println(how(findings));
    tables.flush();
  }

  private static String how(Findings findings) {
    Profile profile = findings.conditions().profile();
    return "Measured on "
        + findings.machine().text()
        + ". JMH, "
        + profile.name()
        + ": "
        + profile.rounds()
        + " JVMs for each, "
        + profile.iterations()
        + " iterations of "
        + profile.iterationMillis()
        + " ms in each after "
        + profile.warmups()
        + " to warm up; medians, the smallest and the largest iteration beside them.";
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
