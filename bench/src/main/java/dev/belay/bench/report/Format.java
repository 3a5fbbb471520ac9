package dev.belay.bench.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the values of a column are shown to people. Programs see the plain number. */
public enum Format {
  TEXT,
  /** Whole. */
  COUNT,
  /** Nanoseconds. */
  NANOS,
  MILLIS,
  BYTES_A_SECOND,
  A_SECOND,
  RATIO,
  /** A share of one. */
  PERCENT;

  private static final String NONE = "-";

  public String text(@Nullable Object value) {
    if (value == null) {
      return NONE;
    }
    if (!(value instanceof Number number)) {
      return value.toString();
    }
    double real = number.doubleValue();
    return switch (this) {
      case TEXT -> value.toString();
      case COUNT -> String.format(Locale.ROOT, "%,d", Math.round(real));
      case NANOS -> nanos(real);
      case MILLIS -> String.format(Locale.ROOT, "%,d ms", Math.round(real));
      case BYTES_A_SECOND -> bytes(real) + "/s";
      case A_SECOND -> rate(real);
      case RATIO -> String.format(Locale.ROOT, "%.2f", real);
      case PERCENT -> String.format(Locale.ROOT, "%.2f %%", 100 * real);
    };
  }

  private static String rate(double rate) {
    return rate < 100
        ? threeDigits(rate) + "/s"
        : String.format(Locale.ROOT, "%,d/s", roundedTo3(rate));
  }

  /** Of a figure that is never exact to more. */
  private static long roundedTo3(double value) {
    double unit = Math.pow(10, Math.max(0, Math.floor(Math.log10(value)) - 2));
    return Math.round(Math.round(value / unit) * unit);
  }

  private static String nanos(double nanos) {
    String[] units = {"ns", "µs", "ms", "s"};
    return scaled(nanos, units);
  }

  private static String bytes(double bytes) {
    String[] units = {"B", "KB", "MB", "GB", "TB"};
    return scaled(bytes, units);
  }

  private static String scaled(double value, String[] units) {
    double scaled = value;
    int unit = 0;
    while (scaled >= 999.5 && unit < units.length - 1) {
      scaled /= 1000;
      unit++;
    }
    return threeDigits(scaled) + " " + units[unit];
  }

  private static String threeDigits(double value) {
    double size = Math.abs(value);
    int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
