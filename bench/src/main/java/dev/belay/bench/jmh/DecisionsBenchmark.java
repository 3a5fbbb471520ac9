package dev.belay.bench.jmh;

import dev.belay.bench.coordinator.CoreDriver;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How fast the coordinator's core decides, with no journal and no network: the whole life of tiny
 * partitions, the heartbeats of a thousand workers, and the checkpoints of four thousand
 * partitions.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionsBenchmark {
  static final int PARTITIONS = 20_000;
  static final int WORKERS = 1_000;
  static final int SLOTS = 4;

  /** A job whose partitions are about to be placed on a hundred workers. */
  @State(Scope.Thread)
  public static class Planned {
    private static final int PLANNED_WORKERS = 100;
    private static final int PLANNED_SLOTS = 8;

    private CoreDriver driver;

    @Setup(Level.Invocation)
    public void plan() {
      driver = new CoreDriver(PLANNED_WORKERS, PLANNED_SLOTS, true);
      driver.planned(PARTITIONS, "key");
    }
  }

  /** A thousand workers, each at work on as many partitions as it can take. */
  @State(Scope.Thread)
  public static class Running {
    private CoreDriver driver;

    @Setup
    public void run() {
      driver = new CoreDriver(WORKERS, SLOTS, false);
      driver.planned(WORKERS * SLOTS, "key");
      driver.settle();
      if (driver.fleet().holding() != WORKERS * SLOTS) {
        throw new IllegalStateException("only " + driver.fleet().holding() + " are held");
      }
    }
  }

  /** Assigned, started and completed; the job's publishing included. */
  @Benchmark
  @OperationsPerInvocation(PARTITIONS)
  public int partitions(Planned planned) {
    planned.driver.settle();
    if (planned.driver.fleet().jobsDone() != 1) {
      throw new IllegalStateException("the job has not ended");
    }
    return planned.driver.fleet().completed();
  }

  @Benchmark
  @OperationsPerInvocation(WORKERS)
  public int heartbeats(Running running) {
    running.driver.fleet().heartbeats();
    return running.driver.settle();
  }

  /** Committed, and the oldest one released and deleted. */
  @Benchmark
  @OperationsPerInvocation(WORKERS * SLOTS)
  public int checkpoints(Running running) {
    running.driver.fleet().checkpoints();
    return running.driver.settle();
  }
}
