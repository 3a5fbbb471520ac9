package dev.belay.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: 100ms, 2s, 1.5m, 1h, 1d. */
final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");
  private static final double NANOS = 1e9;
  private static final int MINUTE = 60;

  private Durations() {}

  /**
   * @throws IllegalArgumentException if it is malformed or not above zero
   */
  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw malformed(text);
    }
    double seconds =
        switch (matcher.group(2)) {
          case "ms" -> 0.001;
          case "s" -> 1;
          case "m" -> MINUTE;
          case "h" -> MINUTE * MINUTE;
          default -> 24 * MINUTE * MINUTE;
        };
    Duration duration =
        Duration.ofNanos((long) (Double.parseDouble(matcher.group(1)) * seconds * NANOS));
    if (duration.isZero()) {
      throw malformed(text);
    }
    return duration;
  }

  /** As {@link #parse}, or "auto", which is zero. */
  static Duration parseInterval(String text) {
    return text.equals("auto") ? Duration.ZERO : parse(text);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is not a duration above zero, such as 100ms, 2s or 1h");
  }

  /** For people: "40 s", "3 min". */
  static String rough(Duration duration) {
    long seconds = Math.max(1, (duration.toMillis() + 500) / 1000);
    return seconds < 2 * MINUTE ? seconds + " s" : (seconds + MINUTE / 2) / MINUTE + " min";
  }
}
