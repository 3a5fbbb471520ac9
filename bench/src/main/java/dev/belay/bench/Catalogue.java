package dev.belay.bench;

import dev.belay.bench.detection.DetectionBenchmark;
import dev.belay.bench.incremental.IncrementalBenchmark;
import dev.belay.bench.interval.IntervalMeasured;
import dev.belay.bench.interval.IntervalModel;
import dev.belay.bench.jmh.JmhBenchmarks;
import dev.belay.bench.keyed.KeyedBenchmark;
import dev.belay.bench.recovery.ControlBenchmark;
import dev.belay.bench.recovery.RecoveryBenchmark;
import dev.belay.bench.replay.ReplayBenchmark;
import dev.belay.bench.scale.DescribeBenchmark;
import dev.belay.bench.scale.WorkersBenchmark;
import dev.belay.bench.stragglers.StragglersBenchmark;
import dev.belay.bench.throughput.ThroughputBenchmark;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds benchmarks by name: a name, or a group's, which is what stands before the dot. */
final class Catalogue {
  private final List<Benchmark> benchmarks;

  Catalogue(List<Benchmark> benchmarks) {
    this.benchmarks = List.copyOf(benchmarks);
  }

  /** Everything that there is. */
  static Catalogue standard() {
    List<Benchmark> all = new ArrayList<>(JmhBenchmarks.all());
    all.add(new KeyedBenchmark());
    all.add(new IncrementalBenchmark());
    all.add(new WorkersBenchmark());
    all.add(new DescribeBenchmark());
    all.add(new IntervalModel());
    all.add(new IntervalMeasured());
    all.add(new DetectionBenchmark());
    all.add(new ThroughputBenchmark());
    all.add(new ReplayBenchmark());
    all.add(new StragglersBenchmark());
    all.addAll(RecoveryBenchmark.all());
    all.add(new ControlBenchmark());
    return new Catalogue(all);
  }

  List<Benchmark> all() {
    return benchmarks;
  }

  boolean knows(String name) {
    return benchmarks.stream().anyMatch(benchmark -> matches(benchmark, name));
  }

  /**
   * Those of the names, each once, in the catalogue's order; all if there is no name.
   *
   * @throws IllegalArgumentException with one line for people, if a name is unknown
   */
  List<Benchmark> select(List<String> names) {
    for (String name : names) {
      if (!knows(name)) {
        throw new IllegalArgumentException(
            "no benchmark \"" + name + "\"; there are " + String.join(", ", names()));
      }
    }
    return benchmarks.stream()
        .filter(it -> names.isEmpty() || names.stream().anyMatch(name -> matches(it, name)))
        .toList();
  }

  /** All names, with groups before what is in them. */
  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (Benchmark benchmark : benchmarks) {
      int dot = benchmark.name().indexOf('.');
      if (dot > 0) {
        names.add(benchmark.name().substring(0, dot));
      }
      names.add(benchmark.name());
    }
    return names;
  }

  private static boolean matches(Benchmark benchmark, String name) {
    return benchmark.name().equals(name) || benchmark.name().startsWith(name + ".");
  }
}
