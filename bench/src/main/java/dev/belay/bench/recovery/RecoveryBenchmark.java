package dev.belay.bench.recovery;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * How long work stands still after a fault: a coordinator and three workers as processes, a real
 * job, real signals at random moments.
 */
public final class RecoveryBenchmark implements Benchmark {
  /** Until everything runs and has a checkpoint. */
  private static final int OPENING_SECONDS = 10;

  private final Fault fault;

  private RecoveryBenchmark(Fault fault) {
    this.fault = fault;
  }

  /** One for each kind of fault. */
  public static List<Benchmark> all() {
    return List.of(
        new RecoveryBenchmark(new WorkerKilled(false)),
        new RecoveryBenchmark(new WorkerKilled(true)),
        new RecoveryBenchmark(new WorkerHung()),
        new RecoveryBenchmark(new CoordinatorKilled()));
  }

  @Override
  public String name() {
    return "recovery." + fault.name();
  }

  @Override
  public String description() {
    return fault.description();
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(OPENING_SECONDS + (long) times(conditions) * fault.expectedSeconds());
  }

  private static int times(Conditions conditions) {
    return conditions.profile().smoke() ? 1 : conditions.kills();
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress)
      throws IOException, InterruptedException {
    int times = times(conditions);
    Measures measures = new Measures();
    fault.goals(measures);
    try (WorkDirectory directory = WorkDirectory.below(conditions.directory());
        Stage stage = new Stage(directory.path(), conditions.seed())) {
      try {
        progress.at("starting a coordinator and " + Stage.WORKERS + " workers");
        stage.open();
        for (int i = 1; i <= times; i++) {
          progress.at(fault.name() + " " + i + " of " + times);
          fault.happen(stage, measures);
        }
      } catch (IOException e) {
        throw new IOException(e.getMessage() + stage.cluster.lastWords(), e);
      }
    }
    return List.of(
        measures.table(
            "%s: %d times, %d partitions of primes on %d workers, seed %d"
                .formatted(
                    fault.description(),
                    times,
                    Stage.PARTITIONS,
                    Stage.WORKERS,
                    conditions.seed())));
  }
}
