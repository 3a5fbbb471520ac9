package dev.belay.worker.task;

import java.time.Duration;

/**
 * How long to compute between two checkpoints.
 *
 * <p>A checkpoint costs its stall C; a failure, once in M on average, costs what was computed since
 * the last checkpoint, half an interval on average. Young (1974) balances the two at T = sqrt(2 C
 * M). Daly ("A higher order estimate of the optimum checkpoint interval for restart dumps", Future
 * Generation Computer Systems 22, 2006, equation 37) refines it for stalls that are not small
 * beside M:
 *
 * <pre>
 *   T = sqrt(2 C M) (1 + 1/3 sqrt(C / 2M) + 1/9 (C / 2M)) - C   for C &lt; 2M
 *   T = M                                                       otherwise
 * </pre>
 *
 * The optimum is flat: an M wrong by 2 costs a tenth of a percent of the run. Not thread-safe.
 */
final class CheckpointInterval {
  /** The weight of the latest stall in the smoothed one. */
  private static final double WEIGHT = 0.3;

  private final Duration explicit;
  private final TaskSettings settings;
  private double stallSeconds = Double.NaN;

  /** With an explicit interval of zero, it is chosen. */
  CheckpointInterval(Duration explicit, TaskSettings settings) {
    this.explicit = explicit;
    this.settings = settings;
  }

  /** Before anything has been measured. */
  Duration first() {
    return explicit.isZero() ? settings.minimumInterval() : explicit;
  }

  /** Takes the stall of one more checkpoint into account. */
  void measured(Duration stall) {
    double seconds = Math.max(0, stall.toNanos()) / 1e9;
    stallSeconds =
        Double.isNaN(stallSeconds) ? seconds : WEIGHT * seconds + (1 - WEIGHT) * stallSeconds;
  }

  /**
   * From now to the next checkpoint.
   *
   * @param meanTimeBetweenFailures zero while unknown
   */
  Duration next(Duration meanTimeBetweenFailures) {
    if (!explicit.isZero() || Double.isNaN(stallSeconds)) {
      return first();
    }
    Duration mean =
        meanTimeBetweenFailures.isZero()
            ? settings.priorMeanTimeBetweenFailures()
            : meanTimeBetweenFailures;
    double seconds = daly(stallSeconds, mean.toNanos() / 1e9);
    Duration optimum = Duration.ofNanos((long) (seconds * 1e9));
    if (optimum.compareTo(settings.minimumInterval()) < 0) {
      return settings.minimumInterval();
    }
    return optimum.compareTo(settings.maximumInterval()) > 0 ? settings.maximumInterval() : optimum;
  }

  /** Daly's estimate, in seconds, of a stall and a mean time between failures in seconds. */
  static double daly(double stall, double mean) {
    double half = stall / (2 * mean);
    if (half >= 1) {
      return mean;
    }
    return Math.sqrt(2 * stall * mean) * (1 + Math.sqrt(half) / 3 + half / 9) - stall;
  }
}
