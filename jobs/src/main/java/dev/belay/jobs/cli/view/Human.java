package dev.belay.jobs.cli.view;

import java.util.Locale;

/** Quantities as people read them. */
public final class Human {
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};

  private Human() {}

  /** "512 B", "3.4 MiB". */
  public static String bytes(long bytes) {
    return scaled(bytes, 1024, BINARY, " ");
  }

  /** "999", "12.5k", "3.40G". */
  public static String count(long count) {
    return scaled(count, 1000, DECIMAL, "");
  }

  /** "120 ms", "4.2 s", "3 min 20 s", "5 h 12 min", "3 d 4 h". */
  public static String duration(long millis) {
    if (millis < 0) {
      return "0 ms";
    }
    if (millis < 1000) {
      return millis + " ms";
    }
    long seconds = millis / 1000;
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", Math.floor(millis / 100.0) / 10);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return two(seconds / 60, "min", seconds % 60, "s");
    }
    if (seconds < 86_400) {
      return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }
    return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  /** "47 %", never 100 before the end; "" where the total is unknown. */
  public static String share(long done, long total) {
    if (total == 0) {
      return "";
    }
    double share = Math.min(1, unsigned(done) / unsigned(total));
    return (int) Math.floor(share * 100) + " %";
  }

  /** Text that came from elsewhere, made fit for one line of a terminal. */
  public static String line(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  static double unsigned(long value) {
    return value >= 0 ? value : value + 0x1.0p64;
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    String first = large + " " + largeUnit;
    return small == 0 ? first : first + " " + small + " " + smallUnit;
  }

  private static String scaled(long value, int base, String[] units, String space) {
    double scaled = unsigned(value);
    int unit = 0;
    // 999.5 would be written as 1000.
    while (scaled >= base - 0.5 && unit < units.length - 1) {
      scaled /= base;
      unit++;
    }
    if (unit == 0) {
      return Long.toUnsignedString(value) + space + units[0];
    }
    String format = scaled < 10 ? "%.2f" : scaled < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, scaled) + space + units[unit];
  }
}
