package dev.belay.worker.task;

import dev.belay.runtime.job.Parameters;
import dev.belay.runtime.job.Planning;
import dev.belay.storage.StoreException;
import dev.belay.storage.plan.PlanSpool;
import dev.belay.storage.state.StateCodec;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The splits of a job, spooled as it adds them. For one thread. */
final class Splits implements Planning {
  private static final int MAX_WEIGHT = 1_000_000_000;

  private final Parameters parameters;
  private final int partitions;
  private final List<Class<?>> types;
  private final PlanSpool spool;
  private final Runnable check;
  private final Map<Class<?>, StateCodec> codecs = new HashMap<>();
  private final List<Long> weights = new ArrayList<>();

  /**
   * @param partitions how many are asked for; 0 if that is left to the job
   * @param check called now and then: throws if it must not go on
   */
  Splits(
      Parameters parameters,
      int partitions,
      List<Class<?>> types,
      PlanSpool spool,
      Runnable check) {
    this.parameters = parameters;
    this.partitions = partitions;
    this.types = types;
    this.spool = spool;
    this.check = check;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public OptionalInt partitions() {
    return partitions > 0 ? OptionalInt.of(partitions) : OptionalInt.empty();
  }

  @Override
  public void add(Object split, long weight) {
    check.run();
    if (weight < 1) {
      throw new IllegalArgumentException("a split's weight is at least 1, not " + weight);
    }
    StateCodec codec = codecs.computeIfAbsent(split.getClass(), type -> StateCodec.of(types, type));
    try {
      spool.add(codec.encode(split));
    } catch (StoreException e) {
      throw new UncheckedIOException(e);
    }
    weights.add(weight);
  }

  /** Relative, and small enough to travel; empty if all are alike. */
  List<Integer> weights() {
    long largest = weights.stream().mapToLong(Long::longValue).max().orElse(1);
    if (weights.stream().allMatch(weight -> weight == largest)) {
      return List.of();
    }
    long divisor = 1 + (largest - 1) / MAX_WEIGHT;
    return weights.stream().map(weight -> (int) Math.max(1, weight / divisor)).toList();
  }
}
