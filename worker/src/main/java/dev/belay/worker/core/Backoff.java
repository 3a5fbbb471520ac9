package dev.belay.worker.core;

/**
 * How long to wait before dialling again: 50 ms, doubling up to 1 s, each time a share of it
 * between a half and the whole that differs from worker to worker, so that they do not all come at
 * once.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 50;
  private static final long LAST_MILLIS = 1_000;
  private static final int DOUBLINGS = 5;

  private final long seed;
  private int attempts;

  /**
   * @param seed what tells this worker from others
   */
  Backoff(long seed) {
    this.seed = seed;
  }

  long nextMillis() {
    long whole = Math.min(LAST_MILLIS, FIRST_MILLIS << Math.min(attempts, DOUBLINGS));
    long share = mix(seed + attempts) >>> 1;
    attempts++;
    return whole / 2 + share % (whole / 2 + 1);
  }

  void reset() {
    attempts = 0;
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
