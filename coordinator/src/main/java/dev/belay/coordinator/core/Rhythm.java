package dev.belay.coordinator.core;

/**
 * The rhythm of one worker's heartbeats, and how long a silence of it may last before it is
 * suspected, and before it is given up: like knowing of a friend whether he answers letters by
 * return of post.
 *
 * <p>A silence longer than any lately is suspicious, and half as long again is death. With {@code
 * w} the longest gap between two heartbeats lately, and {@code suspect} and {@code dead} the
 * configured timeouts:
 *
 * <pre>{@code
 * suspected after  min(dead, max(suspect, w))
 * given up after   min(dead, max(suspect, 1.5 w))
 * }</pre>
 *
 * "Lately" fades: {@code w} loses the share {@code gap / 15 min} of itself with each gap, which
 * halves it in ten minutes, and is raised by any gap that is longer. A timeout as the expected
 * arrival and a margin from what was observed is that of Chen, Toueg and Aguilera ("On the Quality
 * of Service of Failure Detectors", 2002), as is the estimate of Jacobson that TCP uses; instead of
 * their means and deviations, which forget a burst within seconds, this keeps the worst case and
 * lets it fade, as a peak meter does. Phi accrual (Hayashibara and others, 2004) takes the gaps for
 * a normal distribution; {@code belay bench detection} compares the two.
 *
 * <p>There are two such peaks. The one behind the suspicion leaves out what a worker explains: a
 * gap in which it reports that its whole process stood still (a garbage collection, a suspended
 * machine) says nothing of the network. The one behind giving it up keeps it all, since a worker
 * that paused for 3 s may do so again, and is not dead then. A worker that was given up and is back
 * has made a gap as long as it took, and so is given all of the time allowed.
 *
 * <p>Not safe for use by many threads. Only sums and products of doubles, which are the same on
 * every machine.
 */
public final class Rhythm {
  /** Before so many heartbeats were heard a worker is given all the time that is allowed. */
  static final int APPRENTICESHIP = 20;

  private static final double MARGIN = 1.5;
  private static final double MEMORY_NANOS = 900e9;

  private final long suspectNanos;
  private final long deadNanos;
  private long beats;
  private double worst;
  private double worstUnexplained;

  /**
   * @param suspectNanos the shortest silence that is suspicious
   * @param deadNanos the silence that is always enough to give a worker up
   */
  public Rhythm(long suspectNanos, long deadNanos) {
    this.suspectNanos = suspectNanos;
    this.deadNanos = deadNanos;
  }

  /**
   * A heartbeat came.
   *
   * @param gapNanos since the one before
   * @param pausedNanos how much of it the worker's process stood still, by its own word
   */
  public void beat(long gapNanos, long pausedNanos) {
    long gap = Math.max(0, Math.min(gapNanos, deadNanos));
    long unexplained = Math.max(0, gap - Math.max(0, pausedNanos));
    beats++;
    worst = peak(worst, gap, gap);
    worstUnexplained = peak(worstUnexplained, unexplained, gap);
  }

  private static double peak(double peak, double value, double passed) {
    return Math.max(value, peak - peak * (passed / MEMORY_NANOS));
  }

  /** The silence after which it gets nothing new. */
  public long suspectNanos() {
    return bounded(worstUnexplained);
  }

  /** The silence after which it is given up. */
  public long deadNanos() {
    return beats < APPRENTICESHIP ? deadNanos : bounded(MARGIN * worst);
  }

  private long bounded(double nanos) {
    return Math.min(deadNanos, Math.max(suspectNanos, (long) nanos));
  }
}
