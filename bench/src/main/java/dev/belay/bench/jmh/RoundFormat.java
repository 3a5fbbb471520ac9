package dev.belay.bench.jmh;

import dev.belay.bench.Benchmark;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** Of all that JMH says, tells which benchmark is at work; the rest is kept in case it fails. */
final class RoundFormat implements OutputFormat {
  private static final int LINES_KEPT = 60;

  private final Benchmark.Progress progress;
  private final int round;
  private final int rounds;
  private final Deque<String> said = new ArrayDeque<>();

  RoundFormat(Benchmark.Progress progress, int round, int rounds) {
    this.progress = progress;
    this.round = round;
    this.rounds = rounds;
  }

  /** The last lines of it. */
  String said() {
    return String.join("", said);
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    StringBuilder text = new StringBuilder();
    String name = params.getBenchmark();
    text.append(name.substring(name.lastIndexOf('.') + 1));
    params.getParamsKeys().forEach(key -> text.append(' ').append(params.getParam(key)));
    if (rounds > 1) {
      text.append(", round ").append(round).append(" of ").append(rounds);
    }
    progress.at(text.toString());
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {}

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult data) {}

  @Override
  public void endBenchmark(BenchmarkResult result) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> result) {}

  @Override
  public void print(String text) {
    said.addLast(text);
    if (said.size() > LINES_KEPT) {
      said.removeFirst();
    }
  }

  @Override
  public void println(String text) {
    print(text + "\n");
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public void verbosePrintln(String text) {}

  @Override
  public void write(int b) {
    print(String.valueOf((char) b));
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    print(new String(bytes, java.nio.charset.Charset.defaultCharset()));
  }
}
