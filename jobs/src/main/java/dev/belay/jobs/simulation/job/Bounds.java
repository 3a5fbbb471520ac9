package dev.belay.jobs.simulation.job;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.SplitBounds;
import java.nio.ByteBuffer;

/** A range as the journal keeps it, for partitions that came of a cut. */
final class Bounds {
  private Bounds() {}

  static SplitBounds of(Range range) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
    bytes.putLong(range.from()).putLong(range.to()).flip();
    return SplitBounds.newBuilder().setValue(ByteString.copyFrom(bytes)).build();
  }

  /** What an assignment is about: its bounds, or what the plan says. */
  static Range in(Assignment assignment, RangeJob job) {
    if (!assignment.hasBounds()) {
      return job.partitions().get(assignment.getLease().getTask().getIndex());
    }
    return of(assignment.getBounds());
  }

  static Range of(SplitBounds bounds) {
    ByteBuffer bytes = bounds.getValue().asReadOnlyByteBuffer();
    return new Range(bytes.getLong(), bytes.getLong());
  }
}
