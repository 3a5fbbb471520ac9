package dev.belay.bench.detection;

import dev.belay.coordinator.core.Rhythm;

/** What the coordinator does. */
final class OwnRhythm implements Detector {
  private static final double NANOS = 1e6;

  private final Rhythm rhythm;

  OwnRhythm(double suspectMillis, double deadMillis) {
    rhythm = new Rhythm((long) (suspectMillis * NANOS), (long) (deadMillis * NANOS));
  }

  @Override
  public void beat(double gapMillis, double pausedMillis) {
    rhythm.beat((long) (gapMillis * NANOS), (long) (pausedMillis * NANOS));
  }

  @Override
  public double patienceMillis() {
    return rhythm.deadNanos() / NANOS;
  }
}
