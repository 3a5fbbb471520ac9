package dev.belay.bench.detection;

/** A way to tell a dead worker from a late one, by its heartbeats. */
interface Detector {
  /**
   * A heartbeat came.
   *
   * @param gapMillis since the one before
   * @param pausedMillis how much of it the process stood still, by its own word
   */
  void beat(double gapMillis, double pausedMillis);

  /** The silence after which the worker is given up now. */
  double patienceMillis();
}
