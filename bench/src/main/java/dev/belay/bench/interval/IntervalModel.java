package dev.belay.bench.interval;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import java.time.Duration;
import java.util.List;

/** The waste of intervals, computed: how flat the optimum is, and what a shorter stall is worth. */
public final class IntervalModel implements Benchmark {
  private static final double NANOS = 1e9;
  private static final double[] MEANS = {600, 3600, 6 * 3600, 24 * 3600};
  private static final double MIN_AUTO = 5;
  private static final double MAX_AUTO = 600;

  @Override
  public String name() {
    return "interval.model";
  }

  @Override
  public String description() {
    return "what checkpoint intervals cost, computed (Young, Daly): --stall, --mtbf, --recovery";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ZERO;
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress) {
    IntervalQuestion question = conditions.interval();
    return List.of(byInterval(question), byMean(question));
  }

  private static Waste waste(double stall, double mean, IntervalQuestion question) {
    return new Waste(stall, mean, seconds(question.recovery()));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS;
  }

  private static Table byInterval(IntervalQuestion question) {
    double stall = seconds(question.stall());
    Waste waste = waste(stall, seconds(question.meanTimeBetweenFailures()), question);
    Table.Builder table =
        Table.titled(
                "Waste by interval, computed: stall "
                    + text(stall)
                    + ", a failure each "
                    + text(waste.mean())
                    + ", recovery "
                    + text(waste.recovery()))
            .column("choice", "interval", Format.TEXT)
            .column("intervalSeconds", "seconds", Format.RATIO)
            .column("waste", "extra time", Format.PERCENT);
    row(table, "optimum", waste.optimum(), waste);
    row(table, "Young", waste.young(), waste);
    row(table, "auto", auto(waste), waste);
    row(table, "auto, failures 2 x as rare as believed", auto(believing(waste, 0.5)), waste);
    row(table, "auto, failures 10 x as rare as believed", auto(believing(waste, 0.1)), waste);
    row(table, "auto, failures 10 x as frequent as believed", auto(believing(waste, 10)), waste);
    for (Duration interval : question.intervals()) {
      if (!interval.isZero()) {
        row(table, text(seconds(interval)), seconds(interval), waste);
      }
    }
    row(table, "none, 1 h of work", 3600, waste);
    return table.build();
  }

  private static Waste believing(Waste truth, double factor) {
    return new Waste(truth.stall(), truth.mean() * factor, truth.recovery());
  }

  private static double auto(Waste waste) {
    return Math.max(MIN_AUTO, Math.min(MAX_AUTO, waste.young()));
  }

  private static void row(Table.Builder table, String choice, double interval, Waste waste) {
    table.row(choice, interval, waste.of(interval));
  }

  private static Table byMean(IntervalQuestion question) {
    double stall = seconds(question.stall());
    Table.Builder table =
        Table.titled("Waste at the best interval, computed")
            .column("mtbfSeconds", "a failure each", Format.TEXT)
            .column("waste", "stall " + text(stall), Format.PERCENT)
            .column("wasteTenthStall", "stall " + text(stall / 10), Format.PERCENT)
            .column("wasteTenfoldStall", "stall " + text(stall * 10), Format.PERCENT);
    for (double mean : MEANS) {
      table.row(
          text(mean),
          best(stall, mean, question),
          best(stall / 10, mean, question),
          best(stall * 10, mean, question));
    }
    return table.build();
  }

  private static double best(double stall, double mean, IntervalQuestion question) {
    Waste waste = waste(stall, mean, question);
    return waste.of(waste.optimum());
  }

  static String text(double seconds) {
    return Format.NANOS.text(seconds * NANOS);
  }
}
