package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Signs;

/**
 * What a worker's heartbeats tell of its process, smoothed over ten seconds or so: soft state, from
 * which {@link Risk} draws its conclusion. What it says is not trusted to make sense, only to be
 * about itself.
 */
final class Health {
  private static final double MEMORY_NANOS = 10e9;
  private static final double ERROR_MEMORY_NANOS = 60e9;

  /** Over so many gaps their mean is taken: by number, since one long silence is not many. */
  private static final int GAPS = 16;

  /** A pause from which on it is shown, and for how long. */
  private static final long SHOWN_PAUSE_MILLIS = 1_000;

  private static final long MAX_PAUSE_MILLIS = 3_600_000;
  private static final long SHOWN_NANOS = 60_000_000_000L;

  /** The share of time that garbage collection takes. */
  double gcShare;

  /** The share of time in which the process stood still, garbage collection left out. */
  double pauseShare;

  /** Between two heartbeats, what the process explains left out. */
  double meanGapNanos;

  /** Of the disk; 1 while unknown. */
  double diskFree = 1;

  /** How long the disk lasts if it goes on filling like this. */
  double diskLastsNanos = Double.POSITIVE_INFINITY;

  /** Lately, fading. */
  double diskErrors;

  /** Attempts that failed here lately, fading. */
  double failures;

  /** Slots taken up by threads that do not leave. */
  int lingering;

  /** Empty: none. */
  String preemption = "";

  private boolean told;
  private long gcMillis;
  private long errors;
  private long freeBytes;
  private double fallBytesPerNano;
  private long pauseMillis;
  private boolean pausedByGc;
  private long pausedAtNanos;

  /**
   * A heartbeat came.
   *
   * @param gapNanos since the one before
   */
  void heard(Signs signs, int threadsLeft, long gapNanos, long nanos) {
    double gap = Math.max(1, gapNanos);
    double weight = Math.min(1, gap / MEMORY_NANOS);
    double fading = Math.max(0, 1 - gap / ERROR_MEMORY_NANOS);
    long gc = told ? Math.max(0, signs.getGcMillis() - gcMillis) : 0;
    long failed = told ? Math.max(0, signs.getDiskErrors() - errors) : 0;
    long pause = pauseNanos(signs) / 1_000_000;
    double gcNow = Math.min(1, gc * 1e6 / gap);
    double pausedNow = Math.min(1, pause * 1e6 / gap);
    gcShare += weight * (gcNow - gcShare);
    pauseShare += weight * (Math.max(0, pausedNow - gcNow) - pauseShare);
    double unexplained = Math.max(0, gap - pause * 1e6);
    meanGapNanos += (unexplained - meanGapNanos) / GAPS;
    diskErrors = diskErrors * fading + failed;
    failures *= fading;
    lingering = Math.max(0, threadsLeft);
    if (pause >= SHOWN_PAUSE_MILLIS) {
      pauseMillis = pause;
      pausedByGc = gc * 2 >= pause;
      pausedAtNanos = nanos;
    }
    if (preemption.isEmpty()) {
      preemption = Texts.cut(signs.getPreemption());
    }
    disk(signs, gap, weight);
    gcMillis = signs.getGcMillis();
    errors = signs.getDiskErrors();
    told = true;
  }

  /** As the worker says, within reason. */
  static long pauseNanos(Signs signs) {
    return Math.max(0, Math.min(signs.getLongestPauseMillis(), MAX_PAUSE_MILLIS)) * 1_000_000;
  }

  private void disk(Signs signs, double gap, double weight) {
    long total = signs.getDiskTotalBytes();
    long free = signs.getDiskFreeBytes();
    if (total <= 0 || free < 0 || free > total) {
      return;
    }
    diskFree = (double) free / total;
    double fall = freeBytes > 0 ? (freeBytes - free) / gap : 0;
    fallBytesPerNano += weight * (fall - fallBytesPerNano);
    freeBytes = free;
    diskLastsNanos = fallBytesPerNano > 0 ? free / fallBytesPerNano : Double.POSITIVE_INFINITY;
  }

  /** The last long pause, for people; empty if that is long ago. */
  String pause(long nanos) {
    if (pauseMillis == 0 || nanos - pausedAtNanos > SHOWN_NANOS) {
      return "";
    }
    String seconds = pauseMillis / 1_000 + "." + pauseMillis % 1_000 / 100;
    return "paused " + seconds + " s" + (pausedByGc ? " (GC)" : "");
  }
}
