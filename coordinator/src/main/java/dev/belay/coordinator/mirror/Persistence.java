package dev.belay.coordinator.mirror;

import java.io.IOException;

/**
 * Tries until it works, for ever, with growing waits. Safe for use by many threads; each waits for
 * itself.
 */
final class Persistence {
  private final MirrorSettings settings;
  private final MirrorGauge gauge;
  private final Pause pause;

  /** Waits; in a test, as it likes. */
  @FunctionalInterface
  interface Pause {
    void millis(long millis) throws InterruptedException;
  }

  /** As below, without a result. */
  @FunctionalInterface
  interface Step {
    void make() throws IOException;
  }

  /** Something that may work another time. */
  @FunctionalInterface
  interface Attempt<T> {
    T make() throws IOException;
  }

  Persistence(MirrorSettings settings, MirrorGauge gauge, Pause pause) {
    this.settings = settings;
    this.gauge = gauge;
    this.pause = pause;
  }

  void done(Step step) throws InterruptedException {
    boolean unused =
        until(
            () -> {
              step.make();
              return true;
            });
  }

  <T> T until(Attempt<T> attempt) throws InterruptedException {
    long wait = settings.firstRetryMillis();
    while (true) {
      try {
        T made = attempt.make();
        gauge.reached();
        return made;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedException(e.getMessage());
        }
        gauge.outOfReach(String.valueOf(e.getMessage()));
      }
      pause.millis(wait);
      wait = Math.min(settings.lastRetryMillis(), wait * 2);
    }
  }
}
