package dev.belay.coordinator.core;

import static dev.belay.runtime.proto.PartitionState.PARTITION_CANCELLED;
import static dev.belay.runtime.proto.PartitionState.PARTITION_FAILED;
import static dev.belay.runtime.proto.PartitionState.PARTITION_PENDING;
import static dev.belay.runtime.proto.PartitionState.PARTITION_QUARANTINED;
import static dev.belay.runtime.proto.PartitionState.PARTITION_RECOVERING;
import static dev.belay.runtime.proto.PartitionState.PARTITION_RUNNING;
import static dev.belay.runtime.proto.PartitionState.PARTITION_SUCCEEDED;

import dev.belay.runtime.proto.PartitionState;
import java.util.EnumMap;
import java.util.Map;

/**
 * The life of a task, as a table: from a state, through what happened, to a state. What is not in
 * it is a bug, and applying it an error. DRAINING is no state of its own but what RUNNING looks
 * like on a worker that leaves.
 *
 * <pre>
 *  PENDING --assigned--> RUNNING --completed--> SUCCEEDED
 *                          |  ^
 *                   released  started
 *                          v  |
 *                       RECOVERING (waits, is assigned, restores)
 * </pre>
 */
final class Lifecycle {
  /** What can happen to a task. */
  enum Step {
    ASSIGNED,
    STARTED,
    CHECKPOINTED,
    QUARANTINED_CHECKPOINT,
    RELEASED,
    YIELDED,
    SPLIT,
    COMPLETED,
    FAILED,
    QUARANTINED,
    CANCELLED,
    RETRIED
  }

  private static final Map<PartitionState, Map<Step, PartitionState>> TABLE =
      new EnumMap<>(PartitionState.class);

  static {
    from(PARTITION_PENDING)
        .on(Step.ASSIGNED, PARTITION_RUNNING)
        .on(Step.CANCELLED, PARTITION_CANCELLED);
    from(PARTITION_RUNNING)
        .on(Step.STARTED, PARTITION_RUNNING)
        .on(Step.CHECKPOINTED, PARTITION_RUNNING)
        .on(Step.QUARANTINED_CHECKPOINT, PARTITION_RUNNING)
        .on(Step.RELEASED, PARTITION_RECOVERING)
        .on(Step.YIELDED, PARTITION_PENDING)
        .on(Step.SPLIT, PARTITION_PENDING)
        .on(Step.COMPLETED, PARTITION_SUCCEEDED)
        .on(Step.FAILED, PARTITION_FAILED)
        .on(Step.QUARANTINED, PARTITION_QUARANTINED)
        .on(Step.CANCELLED, PARTITION_CANCELLED);
    from(PARTITION_RECOVERING)
        .on(Step.ASSIGNED, PARTITION_RECOVERING)
        .on(Step.STARTED, PARTITION_RUNNING)
        .on(Step.CHECKPOINTED, PARTITION_RUNNING)
        .on(Step.QUARANTINED_CHECKPOINT, PARTITION_RECOVERING)
        .on(Step.RELEASED, PARTITION_RECOVERING)
        .on(Step.YIELDED, PARTITION_PENDING)
        .on(Step.SPLIT, PARTITION_PENDING)
        .on(Step.COMPLETED, PARTITION_SUCCEEDED)
        .on(Step.FAILED, PARTITION_FAILED)
        .on(Step.QUARANTINED, PARTITION_QUARANTINED)
        .on(Step.CANCELLED, PARTITION_CANCELLED);
    from(PARTITION_FAILED).on(Step.RETRIED, PARTITION_PENDING);
    from(PARTITION_QUARANTINED).on(Step.RETRIED, PARTITION_PENDING);
    from(PARTITION_CANCELLED).on(Step.RETRIED, PARTITION_PENDING);
  }

  private Lifecycle() {}

  static PartitionState next(PartitionState from, Step step) {
    PartitionState to = TABLE.getOrDefault(from, Map.of()).get(step);
    if (to == null) {
      throw new IllegalStateException("no transition from " + from + " on " + step);
    }
    return to;
  }

  /** The table, for the test that visits it and the picture in the README. */
  static Map<PartitionState, Map<Step, PartitionState>> table() {
    return TABLE;
  }

  private static Row from(PartitionState state) {
    Map<Step, PartitionState> row = TABLE.computeIfAbsent(state, s -> new EnumMap<>(Step.class));
    return new Row(row);
  }

  private record Row(Map<Step, PartitionState> row) {
    Row on(Step step, PartitionState to) {
      row.put(step, to);
      return this;
    }
  }
}
