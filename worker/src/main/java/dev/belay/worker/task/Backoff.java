package dev.belay.worker.task;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The pauses between tries: doubled each time up to a maximum, and each drawn from its upper half,
 * so that tasks which failed together do not all come back together. Not thread-safe.
 */
final class Backoff {
  private final Duration minimum;
  private final Duration maximum;
  private final RandomGenerator random;
  private Duration next;

  Backoff(TaskSettings settings) {
    this(settings, new SplittableRandom());
  }

  Backoff(TaskSettings settings, RandomGenerator random) {
    this.minimum = settings.retryMinimum();
    this.maximum = settings.retryMaximum();
    this.random = random;
    this.next = minimum;
  }

  Duration next() {
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(maximum) > 0 ? maximum : doubled;
    return Duration.ofNanos((long) (pause.toNanos() * random.nextDouble(0.5, 1)));
  }

  /** What was tried has succeeded. */
  void reset() {
    next = minimum;
  }
}
