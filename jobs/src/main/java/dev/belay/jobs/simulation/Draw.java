package dev.belay.jobs.simulation;

import dev.belay.jobs.simulation.job.Range;
import dev.belay.jobs.simulation.job.RangeJob;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.OnLostCheckpoints;
import dev.belay.runtime.proto.OnPoison;
import dev.belay.runtime.proto.Placement;
import dev.belay.runtime.proto.Stragglers;
import dev.belay.runtime.simulation.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Draws what a schedule is about: how many workers, and which jobs. */
final class Draw {
  private static final List<Placement> PLACEMENTS =
      List.of(
          Placement.PLACEMENT_SPREAD,
          Placement.PLACEMENT_SPREAD,
          Placement.PLACEMENT_PACK,
          Placement.PLACEMENT_ROUND_ROBIN,
          Placement.PLACEMENT_WEIGHTED);

  /** So long poison takes to use up its attempts: what follows is to go wrong as well. */
  private static final long TRIES_MILLIS = 15_000;

  private final Chance chance;
  private final Options options;
  private boolean poisoned;

  Draw(Chance chance, Options options) {
    this.chance = chance;
    this.options = options;
  }

  int workers() {
    int drawn = 2 + chance.below(3);
    return options.workers() > 0 ? options.workers() : drawn;
  }

  int jobs() {
    int drawn = 1 + chance.below(3);
    return options.jobs() > 0 ? options.jobs() : drawn;
  }

  long faultMillis() {
    long drawn = chance.between(4_000, 20_000) + (poisoned ? TRIES_MILLIS : 0);
    return options.millis() > 0 ? options.millis() : drawn;
  }

  int slots() {
    return 1 + chance.below(3);
  }

  int queue() {
    return chance.oneIn(2) ? 0 : chance.below(4);
  }

  /** In percent: one worker in four is slow. */
  int slowness() {
    return chance.oneIn(4) ? 100 + 100 * chance.below(5) : 100;
  }

  /**
   * A job.
   *
   * @param before the one submitted before it, which it may wait for; null: none
   */
  RangeJob job(String name, @Nullable String before) {
    List<Range> partitions = partitions(1 + chance.below(5));
    long size = partitions.get(partitions.size() - 1).to();
    boolean watched = chance.oneIn(3);
    return new RangeJob(
        name,
        chance.next(),
        partitions,
        chance.between(2_000, 15_000),
        chance.oneIn(2),
        poison(size),
        numbers(size, chance.below(2), 2),
        watched ? numbers(size, chance.below(2), 1) : Map.of(),
        spec(name, before).setStuckAfterMillis(watched ? 3_000 : 0).build());
  }

  /** One number or two, in one job of six. */
  private List<Long> poison(long size) {
    List<Long> numbers = new ArrayList<>();
    if (chance.oneIn(6)) {
      poisoned = true;
      for (int i = chance.below(2); i >= 0; i--) {
        numbers.add(chance.between(0, size - 1));
      }
    }
    return numbers;
  }

  /** Some numbers, each with how often something happens at it; in all less than is too much. */
  private Map<Long, Integer> numbers(long size, int count, int most) {
    Map<Long, Integer> numbers = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      numbers.put(chance.between(0, size - 1), 1 + chance.below(most));
    }
    return numbers;
  }

  private JobSpec.Builder spec(String name, @Nullable String before) {
    JobSpec.Builder spec =
        RangeJob.spec(name)
            .setCheckpointIntervalMillis(chance.between(150, 1_500))
            .setOnLostCheckpoints(
                chance.oneIn(2) ? OnLostCheckpoints.RESTART : OnLostCheckpoints.FAIL)
            .setPriority(chance.oneIn(2) ? 0 : chance.below(3))
            .setMaxRunning(chance.oneIn(4) ? 1 + chance.below(2) : 0)
            .setPlacement(chance.of(PLACEMENTS))
            .setOnPoison(chance.oneIn(2) ? OnPoison.ON_POISON_CONTINUE : OnPoison.ON_POISON_FAIL)
            .setStragglers(
                chance.oneIn(5) ? Stragglers.STRAGGLERS_OFF : Stragglers.STRAGGLERS_AUTO);
    retention(spec);
    if (before != null && chance.oneIn(4)) {
      spec.addAfter(before);
    }
    return spec;
  }

  private void retention(JobSpec.Builder spec) {
    if (chance.oneIn(2)) {
      spec.setKeepCheckpoints(1 + chance.below(5));
    }
    if (chance.oneIn(3)) {
      spec.setKeepForMillis(chance.oneIn(3) ? 0 : chance.between(500, 40_000));
    }
    if (chance.oneIn(5)) {
      spec.setMaxCheckpointAgeMillis(chance.between(2_000, 60_000));
    }
  }

  /** In milliseconds. */
  long collectEvery() {
    return chance.between(1_000, 15_000);
  }

  private List<Range> partitions(int count) {
    List<Range> ranges = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < count; i++) {
      long to = from + (chance.oneIn(6) ? chance.between(400, 1_500) : chance.between(20, 300));
      ranges.add(new Range(from, to));
      from = to;
    }
    return ranges;
  }
}
