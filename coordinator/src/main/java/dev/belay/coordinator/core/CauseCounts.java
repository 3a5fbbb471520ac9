package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.CauseCount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How often leases of a task ended, by cause. Most tasks have none, which is null. */
final class CauseCounts {
  private static final int NUMBERS = Cause.getDescriptor().getValues().size();

  /** By the cause's number; they have no gaps. */
  private final int[] counts = new int[NUMBERS];

  private CauseCounts() {}

  static CauseCounts with(@Nullable CauseCounts before, Cause cause) {
    CauseCounts counts = before == null ? new CauseCounts() : before;
    counts.counts[cause.getNumber()]++;
    return counts;
  }

  /** How many there were by any of these causes. */
  static int of(@Nullable CauseCounts counts, Cause... causes) {
    int sum = 0;
    for (Cause cause : causes) {
      sum += counts == null ? 0 : counts.counts[cause.getNumber()];
    }
    return sum;
  }

  /** Those that are not zero, in the order of the causes' numbers. */
  static List<CauseCount> toProto(@Nullable CauseCounts counts) {
    if (counts == null) {
      return List.of();
    }
    List<CauseCount> list = new ArrayList<>();
    for (int number = 0; number < NUMBERS; number++) {
      if (counts.counts[number] > 0) {
        list.add(
            CauseCount.newBuilder().setCauseValue(number).setCount(counts.counts[number]).build());
      }
    }
    return list;
  }

  static @Nullable CauseCounts fromProto(List<CauseCount> list) {
    if (list.isEmpty()) {
      return null;
    }
    CauseCounts counts = new CauseCounts();
    for (CauseCount one : list) {
      counts.counts[one.getCauseValue()] = one.getCount();
    }
    return counts;
  }
}
