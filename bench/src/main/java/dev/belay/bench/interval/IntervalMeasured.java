package dev.belay.bench.interval;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import dev.belay.bench.state.Shape;
import dev.belay.bench.task.HeldTask;
import dev.belay.runtime.job.Task;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.Stores;
import dev.belay.storage.state.StateCodec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What intervals cost a loop whose state takes a given time to encode: the loop runs on the thread
 * of a real task, which saves to a real disk, and its speed is compared with that of the same loop
 * when nothing is ever due.
 */
public final class IntervalMeasured implements Benchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Duration NEVER = Duration.ofDays(1);
  private static final long CALIBRATION_BYTES = 4_000_000;
  private static final int CALIBRATION_RUNS = 8;
  private static final long LEAST_BYTES = 10_000;
  private static final int STEPS_BETWEEN_LOOKS = 1_000_000;
  private static final long MULTIPLIER = 6_364_136_223_846_793_005L;

  /** What one interval came to. */
  private record Run(
      double stepsASecond, double stepsAProcessorSecond, int checkpoints, long stallNanos) {}

  @Override
  public String name() {
    return "interval.measured";
  }

  @Override
  public String description() {
    return "what checkpoint intervals cost a loop, measured: --stall, --mtbf, --intervals";
  }

  @Override
  public Duration expected(Conditions conditions) {
    IntervalQuestion question = conditions.interval();
    return duration(conditions).multipliedBy(2 + question.intervals().size());
  }

  private static Duration duration(Conditions conditions) {
    return conditions.profile().smoke() ? Duration.ofMillis(50) : conditions.interval().duration();
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress) throws IOException {
    IntervalQuestion question = conditions.interval();
    try (WorkDirectory directory = WorkDirectory.below(conditions.directory())) {
      Shape.SampleState payload = payload(question.stall());
      Bench bench = new Bench(directory.path(), payload, question, duration(conditions));
      progress.at("to warm up");
      bench.run(NEVER);
      progress.at("no checkpoints");
      Run plain = bench.run(NEVER);
      List<Run> runs = new ArrayList<>();
      for (Duration interval : question.intervals()) {
        progress.at("interval " + text(interval));
        runs.add(bench.run(interval));
      }
      return List.of(table(question, plain, runs));
    }
  }

  private static String text(Duration interval) {
    return interval.isZero() ? "auto" : IntervalModel.text(interval.toNanos() / 1e9);
  }

  /** A state that takes about so long to encode here. */
  private static Shape.SampleState payload(Duration stall) {
    StateCodec codec = StateCodec.of(List.of(Shape.SampleRecord.class), Shape.SampleState.class);
    Shape.SampleState sample = Shape.RECORDS.make(CALIBRATION_BYTES);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < CALIBRATION_RUNS; i++) {
      long began = System.nanoTime();
      long length = codec.encode(sample).length();
      if (length > 0) {
        best = Math.min(best, System.nanoTime() - began);
      }
    }
    double bytes = (double) CALIBRATION_BYTES * stall.toNanos() / best;
    return Shape.RECORDS.make(Math.max(LEAST_BYTES, (long) bytes));
  }

  private static Table table(IntervalQuestion question, Run plain, List<Run> runs) {
    Table.Builder table =
        Table.titled("A loop with checkpoints, beside the same one without")
            .column("choice", "interval", Format.TEXT)
            .column("checkpoints", "checkpoints", Format.COUNT)
            .column("stallNanos", "mean stall", Format.NANOS)
            .column("extraTime", "extra time", Format.PERCENT)
            .column("extraProcessorTime", "processor", Format.PERCENT)
            .column("stalled", "of it stalls", Format.PERCENT)
            .column("wasteWithFailures", "with failures", Format.PERCENT);
    double seconds = question.duration().toNanos() / 1e9;
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      Duration interval = question.intervals().get(i);
      double extra = plain.stepsASecond() / run.stepsASecond() - 1;
      double meanStall = run.checkpoints() == 0 ? 0 : (double) run.stallNanos() / run.checkpoints();
      double stalled = run.stallNanos() / 1e9 / Math.max(1e-9, seconds - run.stallNanos() / 1e9);
      double actual =
          interval.isZero() ? seconds / Math.max(1, run.checkpoints()) : interval.toNanos() / 1e9;
      Waste waste =
          new Waste(
              meanStall / 1e9,
              question.meanTimeBetweenFailures().toNanos() / 1e9,
              question.recovery().toNanos() / 1e9);
      table.row(
          text(interval),
          run.checkpoints(),
          run.checkpoints() == 0 ? null : meanStall,
          extra,
          plain.stepsAProcessorSecond() / run.stepsAProcessorSecond() - 1,
          stalled,
          run.checkpoints() == 0 ? null : waste.of(actual));
    }
    return table
        .note("processor: the extra time of the processor that the loop's thread had.")
        .note("extra time: as measured, against the loop without checkpoints; what is not stall is")
        .note("compressing and writing beside it, memory, and the noise of the machine.")
        .note("with failures: computed from the measured stall, one failure each --mtbf.")
        .build();
  }

  /** One loop, measured again and again. */
  private record Bench(
      Path directory, Shape.SampleState payload, IntervalQuestion question, Duration duration) {
    Run run(Duration interval) throws IOException {
      Path scratch = Files.createTempDirectory(directory, "scratch");
      try (ObjectStore store = Stores.open(Stores.url(directory.resolve("store")));
          HeldTask<Shape.SampleState> task =
              new HeldTask<>(
                  Shape.SampleState.class,
                  () -> payload,
                  List.of(Shape.SampleRecord.class),
                  store,
                  scratch,
                  interval,
                  question.meanTimeBetweenFailures())) {
        return task.call((own, state) -> loop(own, state, duration.toNanos()));
      }
    }

    private static Run loop(Task task, Shape.SampleState state, long nanos) {
      long processorBegan = THREADS.getCurrentThreadCpuTime();
      long began = System.nanoTime();
      long value = began;
      long steps = 0;
      long stalled = 0;
      int checkpoints = 0;
      while (System.nanoTime() - began < nanos) {
        for (int i = 0; i < STEPS_BETWEEN_LOOKS; i++) {
          value = value * MULTIPLIER + 1;
          if (task.due()) {
            long paused = System.nanoTime();
            task.checkpoint(state);
            stalled += System.nanoTime() - paused;
            checkpoints++;
          }
        }
        steps += STEPS_BETWEEN_LOOKS;
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      double processorSeconds = (THREADS.getCurrentThreadCpuTime() - processorBegan) / 1e9;
      // The value decides nothing, but no compiler may know that.
      long done = value == 0 ? steps + 1 : steps;
      return new Run(done / seconds, done / processorSeconds, checkpoints, stalled);
    }
  }
}
