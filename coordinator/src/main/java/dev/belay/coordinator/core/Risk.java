package dev.belay.coordinator.core;

import java.util.List;

/**
 * How likely it is that a worker will not last, from its recent signs, and the strongest of them: a
 * pure function of its {@link Health}.
 *
 * <p>Each sign counts from 0, where nobody would look up, to 1, where it is as bad as it gets; its
 * weight is what it is worth by itself. Together they make {@code 1 - (1 - w1 x1)(1 - w2 x2)...},
 * as if each were an independent reason to die (the "noisy or" of diagnosis, Pearl 1988): several
 * mild signs add up, and no sum exceeds 1.
 *
 * <table>
 *   <caption>The signs</caption>
 *   <tr><th>sign</th><th>0 at</th><th>1 at</th><th>weight</th></tr>
 *   <tr><td>a preemption notice</td><td>none</td><td>one</td><td>1.0</td></tr>
 *   <tr><td>garbage collection's share of the time</td><td>30 %</td><td>80 %</td><td>0.95</td></tr>
 *   <tr><td>errors of the disk or the store in a minute</td><td>0</td><td>5</td><td>0.85</td></tr>
 *   <tr><td>free space on its disk</td><td>5 %</td><td>1 %</td><td>0.7</td></tr>
 *   <tr><td>its disk lasts, filling as it does</td><td>5 min</td><td>1 min</td><td>0.7</td></tr>
 *   <tr><td>heartbeats' mean gap, in intervals</td><td>1.5</td><td>4</td><td>0.6</td></tr>
 *   <tr><td>time stood still, not collecting garbage</td><td>20 %</td><td>60 %</td><td>0.5</td></tr>
 *   <tr><td>failed attempts in a minute</td><td>0</td><td>4</td><td>0.3</td></tr>
 *   <tr><td>slots lost to threads that hang</td><td>none</td><td>all</td><td>0.3</td></tr>
 * </table>
 *
 * @param score from 0, sound, to 1
 * @param reason the sign that weighs most, for people; empty if there is none
 */
record Risk(double score, String reason) {
  static final Risk NONE = new Risk(0, "");

  /** From here on a worker gets nothing new, and until its score is below {@link #SOUND} again. */
  static final double AT_RISK = 0.5;

  static final double SOUND = 0.35;

  /** From here on it is drained, if that lasts for {@link #DRAIN_AFTER_NANOS}. */
  static final double DRAIN = 0.8;

  static final long DRAIN_AFTER_NANOS = 5_000_000_000L;

  private record Sign(double weight, double strength, String text) {
    double risk() {
      return weight * strength;
    }
  }

  static Risk of(Health health, long intervalNanos, int slots) {
    List<Sign> signs =
        List.of(
            new Sign(
                1, health.preemption.isEmpty() ? 0 : 1, "preemption notice: " + health.preemption),
            new Sign(
                0.95,
                between(health.gcShare, 0.3, 0.8),
                "garbage collection takes " + percent(health.gcShare) + " of its time"),
            new Sign(0.85, between(health.diskErrors, 0, 5), "errors of its disk or of the store"),
            new Sign(
                0.7,
                between(-health.diskFree, -0.05, -0.01),
                "only " + percent(health.diskFree) + " of its disk is free"),
            new Sign(
                0.7,
                between(-health.diskLastsNanos, -300e9, -60e9),
                "its disk will be full in " + (long) (health.diskLastsNanos / 1e9) + " s"),
            new Sign(
                0.6,
                between(health.meanGapNanos / intervalNanos, 1.5, 4),
                "its heartbeats come late"),
            new Sign(
                0.5,
                between(health.pauseShare, 0.2, 0.6),
                "it stands still for " + percent(health.pauseShare) + " of the time"),
            new Sign(0.3, between(health.failures, 0, 4), "attempts keep failing on it"),
            new Sign(
                0.3,
                between(health.lingering, 0, Math.max(1, slots)),
                "threads that hang take up its slots"));
    double sound = 1;
    Sign strongest = signs.get(0);
    for (Sign sign : signs) {
      sound *= 1 - sign.risk();
      strongest = sign.risk() > strongest.risk() ? sign : strongest;
    }
    return new Risk(1 - sound, strongest.risk() > 0 ? strongest.text() : "");
  }

  private static double between(double value, double none, double full) {
    return Math.max(0, Math.min(1, (value - none) / (full - none)));
  }

  private static String percent(double share) {
    return Math.round(share * 100) + " %";
  }
}
