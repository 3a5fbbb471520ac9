package dev.belay.jobs.net;

import dev.belay.jobs.net.Wire.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What goes wrong, and when: drawn from a seed. Host 1 is the coordinator, the others are workers.
 * For {@link #WILD_MILLIS} links are bad, are cut off in one or both directions, and processes are
 * killed; then everything works again.
 */
record Schedule(int workers, List<Step> steps) {
  static final int COORDINATOR = 1;
  static final long WILD_MILLIS = 12_000;

  private static final int LONGEST_CUT_MILLIS = 10_000;

  /** From the start of the jobs on. */
  record Step(long atMillis, Action action) {}

  sealed interface Action {
    /** How a link is when it is not cut. */
    record Worsen(int host, Direction direction, Impairment how) implements Action {}

    /** Cuts may overlap; a link works when the last of them has ended. */
    record Cut(int host, Direction direction) implements Action {}

    record Mend(int host, Direction direction) implements Action {}

    record Kill(int host) implements Action {}

    record Start(int host) implements Action {}
  }

  static Schedule draw(long seed) {
    // Neighbouring seeds begin alike otherwise.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    int workers = 3 + random.nextInt(2);
    List<Step> steps = new ArrayList<>();
    for (int host = 1; host <= workers + 1; host++) {
      if (host != COORDINATOR || random.nextInt(3) == 0) {
        worsen(random, steps, 0, host);
      }
    }
    long[] free = new long[workers + 2];
    for (long at = 700; at < WILD_MILLIS; at += 400 + random.nextInt(1_600)) {
      happen(random, steps, at, workers, free);
    }
    for (int host = 1; host <= workers + 1; host++) {
      for (Direction direction : Direction.values()) {
        steps.add(new Step(WILD_MILLIS, new Action.Worsen(host, direction, Impairment.NONE)));
      }
    }
    steps.sort(Comparator.comparingLong(Step::atMillis));
    return new Schedule(workers, List.copyOf(steps));
  }

  /**
   * @param free from when on each host's process may be killed (again)
   */
  private static void happen(Random random, List<Step> steps, long at, int workers, long[] free) {
    int worker = 2 + random.nextInt(workers);
    switch (random.nextInt(12)) {
      case 0, 1 -> worsen(random, steps, at, worker);
      case 2, 3, 4 -> cut(random, steps, at, Set.of(worker), oneWay(random));
      case 5 -> cut(random, steps, at, Set.of(worker), Set.of(Direction.values()));
      case 6 ->
          cut(
              random,
              steps,
              at,
              Set.of(worker, 2 + (worker - 1) % workers),
              random.nextBoolean() ? oneWay(random) : Set.of(Direction.values()));
      case 7 ->
          cut(
              random,
              steps,
              at,
              Set.of(COORDINATOR),
              random.nextBoolean() ? oneWay(random) : Set.of(Direction.values()));
      case 8, 9 -> kill(random, steps, at, COORDINATOR, free);
      default -> kill(random, steps, at, worker, free);
    }
  }

  private static void worsen(Random random, List<Step> steps, long at, int host) {
    for (Direction direction : Direction.values()) {
      // Mostly bearable: a link that is always at its worst carries next to nothing.
      double loss = 1 + 19 * Math.pow(random.nextDouble(), 2);
      int delay = 10 + (int) (290 * Math.pow(random.nextDouble(), 3));
      Impairment how =
          new Impairment(
              loss,
              delay,
              random.nextInt(1 + delay / 2),
              random.nextInt(3),
              random.nextBoolean() ? 0 : random.nextInt(6));
      steps.add(new Step(at, new Action.Worsen(host, direction, how)));
    }
  }

  private static Set<Direction> oneWay(Random random) {
    return Set.of(random.nextBoolean() ? Direction.UP : Direction.DOWN);
  }

  private static void cut(
      Random random, List<Step> steps, long at, Set<Integer> hosts, Set<Direction> directions) {
    int longest = hosts.contains(COORDINATOR) ? LONGEST_CUT_MILLIS / 2 : LONGEST_CUT_MILLIS;
    long until = Math.min(WILD_MILLIS, at + 1_000 + random.nextInt(longest - 1_000));
    for (int host : new java.util.TreeSet<>(hosts)) {
      for (Direction direction : new java.util.TreeSet<>(directions)) {
        steps.add(new Step(at, new Action.Cut(host, direction)));
        steps.add(new Step(until, new Action.Mend(host, direction)));
      }
    }
  }

  private static void kill(Random random, List<Step> steps, long at, int host, long[] free) {
    if (at < free[host]) {
      return;
    }
    long back = at + 100 + random.nextInt(1_500);
    steps.add(new Step(at, new Action.Kill(host)));
    steps.add(new Step(back, new Action.Start(host)));
    // It should have come to something before it dies again.
    free[host] = back + 2_500;
  }
}
