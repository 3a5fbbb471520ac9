package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Table;
import dev.belay.jobs.cli.view.Table.Column;
import dev.belay.jobs.simulation.Options;
import dev.belay.jobs.simulation.Outcome;
import dev.belay.jobs.simulation.Simulation;
import dev.belay.jobs.simulation.Soak;
import dev.belay.jobs.simulation.Soak.Seeds;
import dev.belay.jobs.simulation.cluster.Seams;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lives of whole clusters, drawn from seeds. */
@Command(
    name = "simulate",
    description = {
      "Runs whole clusters under virtual time while all goes wrong.",
      "Each is drawn from a seed. After each event it is checked that nothing is lost or done"
          + " twice, and at the end that every job ends with the right result. Needs no cluster.",
      "With --predictions, tells instead how many deaths of workers the coordinator foresees,"
          + " how long before, and how often it is wrong."
    },
    footer = {
      "",
      "Examples:",
      "  belay simulate                            a thousand schedules",
      "  belay simulate --seeds 1..1000000 -j 2    a soak",
      "  belay simulate --seed 42 --trace          one of them, as it happened",
      "  belay simulate --faults worker-killed,network-cut",
      "  belay simulate --predictions              what is known of deaths before",
      "",
      "Ends with 1 when one fails, and prints its seed, its last lines and how to see it again."
    })
final class SimulateCommand implements Callable<Integer> {
  private static final long DRAW_MILLIS = 200;
  private static final Seeds SEEDS = new Seeds(1, 1_000);

  @Mixin StandardOptions standard;
  @Mixin SimulateOptions simulate;

  @Option(
      names = "--seeds",
      paramLabel = "FROM..TO",
      description = "Which schedules (default: 1..1000).")
  @Nullable String seeds;

  @Option(names = "--seed", paramLabel = "N", description = "One schedule.")
  @Nullable Long seed;

  @Option(names = "--trace", description = "Print what happened; for one schedule.")
  boolean trace;

  @Option(
      names = "--predictions",
      description =
          "Measure failure prediction, over clusters of 40 workers for ten minutes (default seeds:"
              + " 1..20).")
  boolean predictions;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      defaultValue = "1",
      description = "How many threads (default: ${DEFAULT-VALUE}).")
  int threads;

  private final Output output;

  SimulateCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (threads < 1 || threads > 1_000) {
      throw CliException.usage("-j is from 1 to 1000, not " + threads);
    }
    if (seed != null && seeds != null) {
      throw CliException.usage("--seed or --seeds, not both");
    }
    if (predictions && (trace || simulate.given())) {
      throw CliException.usage("--predictions goes with --seed or --seeds alone");
    }
    if (seed == null && trace) {
      throw CliException.usage("--trace is for one schedule: name it with --seed");
    }
    if (predictions) {
      return predictions();
    }
    Options options = simulate.options();
    return seed != null ? one(seed, options) : many(range(seeds, SEEDS), options);
  }

  private int predictions() {
    Seeds range = seed != null ? new Seeds(seed, seed) : range(seeds, Predictions.SEEDS);
    Stop stop = stopOnSignal();
    Predictions measured = Predictions.measure(range, () -> stop.reason() != null);
    if (output.json()) {
      output.document(measured::write);
    } else {
      output.table(measured.table());
      measured.lines().forEach(output::line);
    }
    if (stop.reason() != null) {
      throw stop.reason();
    }
    return ExitCode.DONE;
  }

  private static Stop stopOnSignal() {
    Stop stop = new Stop();
    Signals.onEnd(
        signal -> {
          int exitCode = Signals.exitCode(signal);
          if (!stop.request(new CliException(exitCode, "interrupted"))) {
            Runtime.getRuntime().halt(exitCode);
          }
        });
    return stop;
  }

  private static Seeds range(@Nullable String text, Seeds otherwise) {
    if (text == null) {
      return otherwise;
    }
    int dots = text.indexOf("..");
    try {
      long first = Long.parseLong(dots < 0 ? text : text.substring(0, dots));
      long last = dots < 0 ? first : Long.parseLong(text.substring(dots + 2));
      return new Seeds(first, last);
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--seeds is FROM..TO, as in 1..1000, not " + text);
    }
  }

  private int one(long number, Options options) {
    boolean shown = trace && !output.json();
    Outcome outcome =
        Simulation.run(number, options, new Seams(), shown ? output::line : line -> {});
    if (output.json()) {
      output.document(json -> SimulateDocuments.outcome(json, outcome));
    } else if (outcome.passed()) {
      output.line(
          String.format(
              Locale.ROOT,
              "seed %d: passed, %.1f s of virtual time, trace %s",
              number,
              outcome.millis() / 1e3,
              outcome.hashText()));
    } else {
      failed(outcome, !shown);
    }
    return outcome.passed() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private int many(Seeds range, Options options) throws InterruptedException {
    Stop stop = stopOnSignal();
    long beganNanos = System.nanoTime();
    Soak soak = new Soak(range, options, Seams::new);
    Soak.Summary summary;
    try (SoakProgress unused = new SoakProgress(soak, range.count(), beganNanos)) {
      summary = soak.run(threads, () -> stop.reason() != null);
    }
    report(summary, (System.nanoTime() - beganNanos) / 1e9);
    Outcome failure = summary.failure();
    if (failure == null && stop.reason() != null) {
      throw stop.reason();
    }
    return failure == null ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void report(Soak.Summary summary, double seconds) {
    if (output.json()) {
      output.document(json -> SimulateDocuments.summary(json, summary, seconds));
      return;
    }
    Table table = new Table(Column.text("INJECTED"), Column.number("TIMES"));
    summary.injected().byKind().forEach((kind, times) -> table.row(kind, times));
    output.table(table);
    output.line(
        String.format(
            Locale.ROOT,
            "%,d schedules passed in %.1f s (%.0f a second), %.1f hours of virtual time, %,d"
                + " events",
            summary.passed(),
            seconds,
            summary.passed() / Math.max(1e-9, seconds),
            summary.millis() / 3.6e6,
            summary.events()));
    if (summary.failure() != null) {
      failed(summary.failure(), true);
    }
  }

  private void failed(Outcome outcome, boolean lines) {
    if (lines) {
      outcome.last().forEach(output::line);
    }
    output.line("seed " + outcome.seed() + " FAILED: " + outcome.failure());
    String options = outcome.options().text();
    output.line("options: " + (options.isEmpty() ? "as they are by default" : options));
    output.line("replay: " + outcome.replay());
  }

  /** How far it is, on one line of a terminal. */
  private final class SoakProgress implements AutoCloseable {
    private final Soak soak;
    private final long count;
    private final long beganNanos;
    private final ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "belay-progress");
              thread.setDaemon(true);
              return thread;
            });

    SoakProgress(Soak soak, long count, long beganNanos) {
      this.soak = soak;
      this.count = count;
      this.beganNanos = beganNanos;
      if (output.terminal().err()) {
        var unused =
            timer.scheduleAtFixedRate(this::draw, DRAW_MILLIS, DRAW_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void draw() {
      long passed = soak.summary().passed();
      double seconds = (System.nanoTime() - beganNanos) / 1e9;
      int width = Math.max(10, Math.min(40, output.terminal().columns() - 50));
      int filled = (int) (width * passed / count);
      output.redraw(
          String.format(
              Locale.ROOT,
              "[%s%s] %,d of %,d, %.0f a second",
              "#".repeat(filled),
              ".".repeat(width - filled),
              passed,
              count,
              passed / seconds));
    }

    @Override
    public void close() {
      timer.shutdownNow();
      if (output.terminal().err()) {
        output.redraw("");
      }
    }
  }
}
