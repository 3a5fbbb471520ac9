package dev.belay.bench.jmh;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.Profile;
import dev.belay.bench.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A benchmark that JMH runs.
 *
 * @param combinations of methods and parameters: how many there are, for the expected duration
 */
record JmhBenchmark(
    String name,
    String description,
    Function<Profile, List<JmhPlan>> plans,
    Function<Profile, Integer> combinations,
    Function<List<Score>, Table> tabulate)
    implements Benchmark {

  @Override
  public Duration expected(Conditions conditions) {
    Profile profile = conditions.profile();
    return Duration.ofMillis(JmhRunner.expectedMillis(profile, combinations.apply(profile)));
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress) throws IOException {
    JmhRunner runner = new JmhRunner(conditions, progress);
    List<Score> scores = new ArrayList<>();
    for (JmhPlan plan : plans.apply(conditions.profile())) {
      scores.addAll(runner.run(plan));
    }
    return List.of(tabulate.apply(scores));
  }
}
