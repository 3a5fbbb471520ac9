package dev.belay.bench.detection;

/** The same patience with everybody. */
record FixedTimeout(double patienceMillis) implements Detector {
  @Override
  public void beat(double gapMillis, double pausedMillis) {}
}
