package dev.belay.jobs.cli;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them. */
final class Sizes {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([a-z]*)");
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("b", 1L),
          Map.entry("kib", 1L << 10),
          Map.entry("mib", 1L << 20),
          Map.entry("gib", 1L << 30),
          Map.entry("tib", 1L << 40),
          Map.entry("k", 1L << 10),
          Map.entry("m", 1L << 20),
          Map.entry("g", 1L << 30),
          Map.entry("t", 1L << 40));

  private Sizes() {}

  /** The number of bytes in "0", "4096", "500MiB", "500m" or "20GiB". */
  static long bytes(String option, String text) {
    Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    Long unit = size.matches() ? UNITS.get(size.group(2)) : null;
    if (unit == null) {
      throw CliException.usage(option + " " + text + " is no size such as 0, 500MiB or 20GiB");
    }
    try {
      return Math.multiplyExact(Long.parseLong(size.group(1)), unit);
    } catch (ArithmeticException e) {
      throw CliException.usage(option + " " + text + " is beyond any disk; say 20GiB");
    }
  }
}
