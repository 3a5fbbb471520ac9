package dev.belay.coordinator.core;

import java.time.Duration;

/**
 * How quick the coordinator is to suspect. A wrong suspicion costs one checkpoint interval of work,
 * never correctness.
 *
 * @param heartbeat how often workers report
 * @param suspect silence after which a worker gets nothing new
 * @param dead silence after which its leases go to others
 * @param connectionGrace how long after a broken connection its leases may go to others that can
 *     start them now
 */
public record Timing(
    Duration heartbeat, Duration suspect, Duration dead, Duration connectionGrace) {
  public static final Timing DEFAULT =
      new Timing(
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofMillis(300));

  public Timing {
    if (heartbeat.toMillis() < 10
        || suspect.compareTo(heartbeat) <= 0
        || dead.compareTo(suspect) < 0
        || connectionGrace.isNegative()) {
      throw new IllegalArgumentException(
          "timeouts must satisfy 10 ms <= heartbeat < suspect <= dead, got "
              + heartbeat
              + ", "
              + suspect
              + ", "
              + dead);
    }
  }
}
