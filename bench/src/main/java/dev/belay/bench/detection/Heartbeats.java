package dev.belay.bench.detection;

import java.util.Random;

/**
 * The heartbeats of one worker as the coordinator receives them: sent every 500 ms, later by what
 * the worker pauses, and delayed on the way, in order. The same seed makes the same.
 */
final class Heartbeats {
  static final double INTERVAL = 500;
  private static final double HOUR = 3_600_000;

  /** What a worker and its network are like. */
  enum Kind {
    /** Half a millisecond on the way, more or less. */
    REGULAR("regular"),
    /** 80 ms on the way in the mean, and up to 1.5 s more for one in a hundred. */
    JITTERY("jittery"),
    /** Stands still for 0.5 to 4 s about once a minute, and says so. */
    PAUSING("pausing for GC"),
    /** A quiet minute, then ten seconds in which a heartbeat takes 0.7 s in the mean. */
    BURSTY("bursty network"),
    /** Ever slower, to a heartbeat each 2.5 s within an hour; then it begins anew. */
    DEGRADING("slowly degrading");

    final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  private final Kind kind;
  private final Random random;
  private double sent;
  private double arrived;
  private double delay;
  private double gap;
  private double paused;

  Heartbeats(Kind kind, long seed) {
    this.kind = kind;
    this.random = new Random(seed * 31 + kind.ordinal());
  }

  /** The next one. */
  void next() {
    paused =
        kind == Kind.PAUSING && random.nextInt(120) == 0 ? 500 + 3_500 * random.nextDouble() : 0;
    sent += INTERVAL * slowness() + paused;
    delay = delay();
    double before = arrived;
    arrived = Math.max(arrived, sent + delay);
    gap = arrived - before;
  }

  private double slowness() {
    if (kind != Kind.DEGRADING) {
      return 1;
    }
    double share = sent % HOUR / HOUR;
    return (1 + 4 * share) * (0.9 + 0.2 * random.nextDouble());
  }

  private double delay() {
    return switch (kind) {
      case REGULAR, PAUSING, DEGRADING -> exponential(0.5);
      case JITTERY ->
          exponential(80) + (random.nextInt(100) == 0 ? 1_500 * random.nextDouble() : 0);
      case BURSTY -> exponential(sent % 70_000 < 60_000 ? 2 : 700);
    };
  }

  private double exponential(double mean) {
    return -mean * Math.log(1 - random.nextDouble());
  }

  /** Between this one's arrival and that of the one before. */
  double gapMillis() {
    return gap;
  }

  double pausedMillis() {
    return paused;
  }

  double hours() {
    return sent / HOUR;
  }

  /**
   * Were the worker to die between this heartbeat and the next: how long it would have been dead
   * when its silence has lasted for so long.
   */
  double deadFor(double patienceMillis, double phase) {
    return Math.max(0, arrived + patienceMillis - (sent + phase * INTERVAL));
  }
}
