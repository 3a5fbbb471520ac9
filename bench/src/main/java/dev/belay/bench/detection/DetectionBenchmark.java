package dev.belay.bench.detection;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Sample;
import dev.belay.bench.report.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * How often ways to detect failures give up a worker that lives, and how soon one that is dead:
 * computed over drawn heartbeats, hours of them in a moment.
 */
public final class DetectionBenchmark implements Benchmark {
  private static final double SUSPECT = 2_000;
  private static final double DEAD = 5_000;

  /** A worker might have died after one in so many heartbeats. */
  private static final int DEATHS = 20;

  @Override
  public String name() {
    return "detection";
  }

  @Override
  public String description() {
    return "wrong suspicions and detection times: fixed timeouts, phi accrual, the worker's rhythm";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(conditions.profile().full() ? 20 : 3);
  }

  static Map<String, Supplier<Detector>> detectors() {
    Map<String, Supplier<Detector>> all = new LinkedHashMap<>();
    all.put("fixed 2 s", () -> new FixedTimeout(SUSPECT));
    all.put("fixed 5 s", () -> new FixedTimeout(DEAD));
    all.put("phi accrual 8", () -> new PhiAccrual(8, 0, Double.MAX_VALUE));
    all.put("phi accrual 8, within 2 to 5 s", () -> new PhiAccrual(8, SUSPECT, DEAD));
    all.put("phi accrual 12, within 2 to 5 s", () -> new PhiAccrual(12, SUSPECT, DEAD));
    all.put("Belay", () -> new OwnRhythm(SUSPECT, DEAD));
    return all;
  }

  /**
   * What a detector does with a worker's heartbeats.
   *
   * @param wrongAnHour how often it gives up a worker that lives
   * @param detection from a worker's death to its being given up
   */
  record Measured(double wrongAnHour, Sample detection) {}

  static Measured measure(Detector detector, Heartbeats.Kind kind, double hours, long seed) {
    Heartbeats heartbeats = new Heartbeats(kind, seed);
    Random deaths = new Random(seed);
    List<Double> detected = new ArrayList<>();
    long wrong = 0;
    while (heartbeats.hours() < hours) {
      heartbeats.next();
      if (heartbeats.gapMillis() > detector.patienceMillis()) {
        wrong++;
      }
      detector.beat(heartbeats.gapMillis(), heartbeats.pausedMillis());
      if (deaths.nextInt(DEATHS) == 0) {
        detected.add(heartbeats.deadFor(detector.patienceMillis(), deaths.nextDouble()));
      }
    }
    return new Measured(wrong / heartbeats.hours(), Sample.of(detected));
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress) {
    double hours = conditions.profile().smoke() ? 0.1 : conditions.profile().full() ? 500 : 50;
    Table.Builder table =
        Table.titled("Giving up a worker, a heartbeat each 500 ms")
            .column("rhythm", "rhythm", Format.TEXT)
            .column("detector", "detector", Format.TEXT)
            .column("wrongAnHour", "wrong an hour", Format.RATIO)
            .column("detectionMedianMillis", "detected, median", Format.MILLIS)
            .column("detectionP99Millis", "p99", Format.MILLIS);
    for (Heartbeats.Kind kind : Heartbeats.Kind.values()) {
      progress.at(kind.text);
      detectors()
          .forEach(
              (name, detector) -> {
                Measured measured = measure(detector.get(), kind, hours, conditions.seed());
                table.row(
                    kind.text,
                    name,
                    measured.wrongAnHour(),
                    measured.detection().median(),
                    measured.detection().quantile(0.99));
              });
    }
    return List.of(
        table
            .note(
                "%.0f hours of each rhythm, seed %d; a wrong suspicion costs a checkpoint interval"
                    .formatted(hours, conditions.seed()))
            .build());
  }
}
