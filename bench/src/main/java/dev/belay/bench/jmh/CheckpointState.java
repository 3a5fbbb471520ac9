package dev.belay.bench.jmh;

import dev.belay.bench.report.Size;
import dev.belay.bench.state.Shape;
import dev.belay.storage.state.EncodedState;
import dev.belay.storage.state.StateCodec;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A state of a size and a shape, and the codec of a job that has it. */
@State(Scope.Benchmark)
public class CheckpointState {
  @Param({"1KB", "1MB", "64MB"})
  public String size;

  @Param({"ARRAYS", "MAP", "RECORDS"})
  public Shape shape;

  StateCodec codec;
  Shape.SampleState state;
  EncodedState encoded;

  @Setup
  public void make() {
    codec = StateCodec.of(List.of(Shape.SampleRecord.class), Shape.SampleState.class);
    state = shape.make(Size.parse(size));
    encoded = codec.encode(state);
  }
}
