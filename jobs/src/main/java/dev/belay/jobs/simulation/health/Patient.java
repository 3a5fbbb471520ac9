package dev.belay.jobs.simulation.health;

import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.simulation.Chance;

/**
 * One worker and its ailment: when it sends heartbeats, what they say, and when it dies. Driven by
 * virtual time; the same seed makes the same.
 */
public final class Patient {
  private static final long INTERVAL_MILLIS = 500;
  private static final long DISK = 100L << 30;

  private final Ailment ailment;
  private final Chance chance;
  private final long begins;
  private final long dies;
  private long lastMillis;
  private long nextMillis;
  private long gcMillis;
  private long diskErrors;
  private long free = DISK / 2;
  private long pauseMillis;

  /**
   * @param seed of all that is drawn of it
   * @param untilMillis its ailment begins within that time, and takes 30 s to 3 min
   */
  public Patient(Ailment ailment, long seed, long untilMillis) {
    this.ailment = ailment;
    this.chance = new Chance(seed);
    long takes = chance.between(30_000, 180_000);
    begins = chance.between(20_000, Math.max(20_001, untilMillis - takes));
    dies = ailment.deadly ? begins + takes : Long.MAX_VALUE;
    nextMillis = chance.between(0, INTERVAL_MILLIS);
  }

  public Ailment ailment() {
    return ailment;
  }

  /** When it dies, if ever: {@link Long#MAX_VALUE}. */
  public long diesMillis() {
    return dies;
  }

  /** When its next heartbeat is received; none from its death on. */
  public long nextMillis() {
    return nextMillis >= dies ? Long.MAX_VALUE : nextMillis;
  }

  /** The signs that its next heartbeat carries; and on to the one after. */
  public Signs beat() {
    long now = nextMillis;
    long passed = now - lastMillis;
    double ill = illness(now);
    gcMillis += Math.round(passed * gcShare(ill));
    diskErrors += errors(ill, passed);
    free = Math.max(0, free - fall(ill, passed));
    Signs signs =
        Signs.newBuilder()
            .setGcMillis(gcMillis)
            .setLongestPauseMillis(pauseMillis)
            .setDiskFreeBytes(free)
            .setDiskTotalBytes(DISK)
            .setDiskErrors(diskErrors)
            .setPreemption(ailment == Ailment.PREEMPTED && ill > 0 ? "in two minutes" : "")
            .build();
    lastMillis = now;
    pauseMillis = pause(ill);
    if (ailment != Ailment.SLOWING) {
      gcMillis += pauseMillis;
    }
    nextMillis = now + INTERVAL_MILLIS + chance.below(20) + pauseMillis + lateness(ill);
    return signs;
  }

  /** From 0, before it begins, to 1, at its death. */
  private double illness(long now) {
    if (ailment == Ailment.SCARE) {
      return now >= begins && now < begins + 15_000 ? 1 : 0;
    }
    return ailment.deadly && now > begins ? (double) (now - begins) / (dies - begins) : 0;
  }

  private double gcShare(double ill) {
    double usual = 0.01 + 0.04 * chance.below(100) / 100;
    return switch (ailment) {
      case LEAK -> Math.min(0.97, usual + ill);
      case BUSY -> usual + 0.15;
      case SCARE -> usual + 0.5 * ill;
      default -> usual;
    };
  }

  private long errors(double ill, long passed) {
    boolean one =
        switch (ailment) {
          case DISK_FAILS -> chance.below(1_000_000) < ill * passed * 300;
          case DISK_FILLS -> free == 0 && chance.oneIn(2);
          case SCARE -> ill > 0 && chance.oneIn(20);
          default -> chance.oneIn(20_000);
        };
    return one ? 1 : 0;
  }

  private long fall(double ill, long passed) {
    long noise = chance.below(2 << 20) - (1 << 20);
    return ailment == Ailment.DISK_FILLS && ill > 0
        ? Math.round(0.55 * DISK * passed / (dies - begins))
        : noise;
  }

  private long pause(double ill) {
    return switch (ailment) {
      case BUSY -> chance.oneIn(200) ? chance.between(300, 1_500) : 0;
      case LEAK -> chance.below(100) < 20 * ill ? chance.between(200, 2_000) : 0;
      default -> chance.oneIn(5_000) ? 300 : 0;
    };
  }

  private long lateness(double ill) {
    return switch (ailment) {
      case SLOWING -> Math.round(ill * 2_500 * (0.5 + chance.below(100) / 100.0));
      case SCARE -> ill > 0 ? chance.below(1_500) : 0;
      default -> 0;
    };
  }
}
