package dev.belay.bench.jmh;

import dev.belay.storage.state.EncodedState;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** What a checkpoint costs the loop: the encoding of its state, on its own thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CheckpointStallBenchmark {
  @Benchmark
  public EncodedState encode(CheckpointState it) {
    return it.codec.encode(it.state);
  }
}
