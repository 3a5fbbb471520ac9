package dev.belay.jobs.cli.view;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How fast a growing number grows, over a sliding window: long enough to be steady, short enough to
 * follow a change.
 */
public final class Rate {
  private final long windowMillis;
  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long millis, double value) {}

  public Rate(long windowMillis) {
    this.windowMillis = windowMillis;
  }

  /** A number that fell (work was rolled back) starts the window anew. */
  public void add(long millis, double value) {
    Sample last = samples.peekLast();
    if (last != null && value < last.value()) {
      samples.clear();
    }
    samples.addLast(new Sample(millis, value));
    while (samples.size() > 2 && millis - samples.getFirst().millis() > windowMillis) {
      samples.removeFirst();
    }
  }

  /** Per second; 0 while unknown. */
  public double perSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    long millis = last.millis() - first.millis();
    return millis <= 0 ? 0 : (last.value() - first.value()) * 1000 / millis;
  }
}
