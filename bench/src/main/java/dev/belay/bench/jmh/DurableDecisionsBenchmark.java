package dev.belay.bench.jmh;

import dev.belay.bench.WorkDirectory;
import dev.belay.bench.coordinator.LoopDriver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How many tiny partitions a second the coordinator's loop can take through their whole life when
 * each step is durable before anyone sees it. The more are under way at once, the more of them one
 * sync serves.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DurableDecisionsBenchmark {
  static final int PARTITIONS = 4_096;

  @Param({"8", "64", "1024"})
  public int slots;

  private WorkDirectory directory;
  private LoopDriver driver;
  private int jobs;

  @Setup
  public void open() throws IOException {
    directory = WorkDirectory.open();
    driver = new LoopDriver(directory.path(), slots);
  }

  @TearDown
  public void close() throws IOException {
    driver.close();
    directory.close();
  }

  @Benchmark
  @OperationsPerInvocation(PARTITIONS)
  public void partitions() {
    driver.run(PARTITIONS, "key" + ++jobs);
  }
}
