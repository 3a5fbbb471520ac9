package dev.belay.coordinator.core;

import com.google.protobuf.ByteString;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.Result;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.runtime.proto.StateTypes;
import dev.belay.runtime.proto.Value;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers from one up to but not including another, as what a partition covers: a plan gives
 * each partition a thousand of them. Tests tell by it that all was done, and nothing twice.
 */
record Covered(long from, long to) {
  static final long PLANNED = 1000;

  private static final String FIELD = "covered";

  static Covered planned(int index) {
    return new Covered(index * PLANNED, (index + 1) * PLANNED);
  }

  static Covered of(TaskRecord task) {
    return task.bounds == null ? planned(task.index) : of(task.bounds);
  }

  static Covered of(Assignment assignment) {
    return assignment.hasBounds()
        ? of(assignment.getBounds())
        : planned(assignment.getLease().getTask().getIndex());
  }

  static Covered of(SplitBounds bounds) {
    return of(bounds.getValue().toString(StandardCharsets.UTF_8));
  }

  private static Covered of(String text) {
    String[] ends = text.split("-", 2);
    return new Covered(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
  }

  /** Null: the result says nothing of it. */
  static @Nullable Covered of(Result result) {
    return result.getFieldsList().stream()
        .filter(field -> field.getName().equals(FIELD))
        .findFirst()
        .map(field -> of(field.getValue().getText()))
        .orElse(null);
  }

  boolean canBeCut() {
    return to - from >= 2;
  }

  Covered head() {
    return new Covered(from, (from + to) / 2);
  }

  Covered tail() {
    return new Covered((from + to) / 2, to);
  }

  SplitBounds bounds() {
    return SplitBounds.newBuilder()
        .setTypes(StateTypes.newBuilder().setFormat(1))
        .setValue(ByteString.copyFromUtf8(text()))
        .build();
  }

  Result result() {
    return Result.newBuilder()
        .addFields(Field.newBuilder().setName(FIELD).setValue(Value.newBuilder().setText(text())))
        .build();
  }

  private String text() {
    return from + "-" + to;
  }

  /** Whether they follow one another without a gap or an overlap, from 0 to an end. */
  static boolean tile(List<Covered> pieces, long end) {
    long next = 0;
    for (Covered piece : pieces.stream().sorted(Comparator.comparingLong(Covered::from)).toList()) {
      if (piece.from != next) {
        return false;
      }
      next = piece.to;
    }
    return next == end;
  }
}
