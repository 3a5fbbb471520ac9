package dev.belay.bench;

import dev.belay.bench.Findings.Finding;
import dev.belay.bench.report.Machine;
import dev.belay.bench.report.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs benchmarks one after the other; one that fails does not keep the others from it. */
final class Session {
  private final Screen screen;
  private final Conditions conditions;

  Session(Screen screen, Conditions conditions) {
    this.screen = screen;
    this.conditions = conditions;
  }

  Findings run(List<Benchmark> benchmarks) throws InterruptedException {
    Machine machine = Machine.here(conditions.directory());
    screen.begin(benchmarks, machine, conditions);
    List<Finding> findings = new ArrayList<>();
    for (Benchmark benchmark : benchmarks) {
      screen.begin(benchmark, benchmark.expected(conditions));
      Finding finding = run(benchmark);
      screen.end(finding);
      findings.add(finding);
    }
    Findings all = new Findings(machine, conditions, findings);
    screen.summary(all);
    return all;
  }

  private Finding run(Benchmark benchmark) throws InterruptedException {
    long began = System.nanoTime();
    List<Table> tables = List.of();
    String failure = null;
    try {
      tables = benchmark.run(conditions, screen::at);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      failure = String.valueOf(e.getMessage() != null ? e.getMessage() : e);
    }
    double seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
    return new Finding(benchmark, seconds, tables, failure);
  }
}
