package dev.belay.bench.jmh;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.JvmOptions;
import dev.belay.bench.Profile;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs JMH in rounds: each round gives every benchmark of the plan one JVM, so that those to be
 * compared see the same weather. All times come back in nanoseconds an operation.
 */
final class JmhRunner {
  /** What a benchmark's JVM takes to come and go. */
  private static final long JVM_MILLIS = 1_000;

  private final Conditions conditions;
  private final Benchmark.Progress progress;

  JmhRunner(Conditions conditions, Benchmark.Progress progress) {
    if (conditions.profile().smoke()) {
      // Others on the machine may measure, or try the same: here it is not for the figures.
      System.setProperty("jmh.ignoreLock", "true");
    }
    this.conditions = conditions;
    this.progress = progress;
  }

  /** How long so many combinations of method and parameters take. */
  static long expectedMillis(Profile profile, int combinations) {
    long iterations = (profile.warmups() + profile.iterations()) * profile.iterationMillis();
    return combinations * Math.max(1, profile.rounds()) * (JVM_MILLIS + iterations);
  }

  /** The scores, in the order in which JMH runs them. */
  List<Score> run(JmhPlan plan) throws IOException {
    Map<String, List<Double>> samples = new LinkedHashMap<>();
    Map<String, BenchmarkParams> params = new LinkedHashMap<>();
    for (int round = 1; round <= Math.max(1, conditions.profile().rounds()); round++) {
      for (RunResult result : round(plan, round)) {
        String key = result.getParams().id();
        params.put(key, result.getParams());
        samples.computeIfAbsent(key, any -> new ArrayList<>()).addAll(nanos(result));
      }
    }
    List<Score> scores = new ArrayList<>();
    samples.forEach((key, values) -> scores.add(score(params.get(key), values)));
    return scores;
  }

  private static Score score(@Nullable BenchmarkParams params, List<Double> nanos) {
    if (params == null) {
      throw new IllegalStateException("samples of nothing");
    }
    Map<String, String> values = new LinkedHashMap<>();
    params.getParamsKeys().forEach(key -> values.put(key, params.getParam(key)));
    String name = params.getBenchmark();
    return new Score(name.substring(name.lastIndexOf('.') + 1), values, Sample.of(nanos));
  }

  private static List<Double> nanos(RunResult result) {
    List<Double> values = new ArrayList<>();
    double unit = result.getParams().getTimeUnit().toNanos(1);
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        Double processor = ProcessorTime.nanos(iteration);
        values.add(processor != null ? processor : iteration.getPrimaryResult().getScore() * unit);
      }
    }
    return values;
  }

  private Iterable<RunResult> round(JmhPlan plan, int round) throws IOException {
    RoundFormat format = new RoundFormat(progress, round, conditions.profile().rounds());
    try {
      return new Runner(options(plan).build(), format).run();
    } catch (RunnerException e) {
      throw new IOException(
          plan.type().getSimpleName() + " failed: " + e.getMessage() + format.said(), e);
    }
  }

  private ChainedOptionsBuilder options(JmhPlan plan) {
    Profile profile = conditions.profile();
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .forks(Math.min(1, profile.rounds()))
            .warmupIterations(profile.warmups())
            .warmupTime(TimeValue.milliseconds(profile.iterationMillis()))
            .measurementIterations(profile.iterations())
            .measurementTime(TimeValue.milliseconds(profile.iterationMillis()))
            .timeUnit(TimeUnit.NANOSECONDS)
            .shouldFailOnError(true)
            .jvmArgs(jvmArguments(plan).toArray(String[]::new));
    plan.parameters().forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    String type = Pattern.quote(plan.type().getName());
    if (plan.methods().isEmpty()) {
      options.include(type + "\\..*");
    }
    plan.methods().forEach(method -> options.include(type + "\\." + Pattern.quote(method) + "$"));
    return options;
  }

  private List<String> jvmArguments(JmhPlan plan) {
    List<String> arguments = new ArrayList<>(JvmOptions.permissions());
    arguments.add("-Dchronicle.announcer.disable=true");
    arguments.add("-Dchronicle.analytics.disable=true");
    arguments.add("-Xms" + plan.heap());
    arguments.add("-Xmx" + plan.heap());
    arguments.add("-D" + WorkDirectory.PROPERTY + "=" + conditions.directory());
    return arguments;
  }
}
