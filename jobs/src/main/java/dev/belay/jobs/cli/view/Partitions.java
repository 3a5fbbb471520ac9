package dev.belay.jobs.cli.view;

import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.PartitionState;
import dev.belay.runtime.text.Counted;
import java.util.List;
import java.util.stream.Collectors;

/** Several partitions of which one thing is to be said. */
final class Partitions {
  private static final int MOST_NAMED = 8;

  private Partitions() {}

  /** "partition 3", "partitions 1, 2, 3", "20 partitions (1, 2, ...)". */
  static String named(List<Integer> indices) {
    if (indices.size() == 1) {
      return "partition " + indices.get(0);
    }
    String named =
        indices.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    return indices.size() <= MOST_NAMED
        ? "partitions " + named
        : Counted.of(indices.size(), "partition") + " (" + named + ", ...)";
  }

  /**
   * Whether what is said of it keeps somebody who is at it from going on, such as a store that is
   * out of reach, and so is most likely not its own fault alone.
   */
  static boolean troubled(PartitionDescription partition) {
    return !partition.getError().isEmpty()
        && !partition.getWorker().isEmpty()
        && !partition.hasBisected()
        && (partition.getState() == PartitionState.PARTITION_RUNNING
            || partition.getState() == PartitionState.PARTITION_DRAINING
            || partition.getState() == PartitionState.PARTITION_RECOVERING);
  }
}
