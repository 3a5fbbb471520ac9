package dev.belay.runtime.text;

import java.util.Locale;

/** How long something took or is old, short. */
public final class Age {
  private static final String[] UNITS = {"s", "m", "h", "d"};
  private static final double[] SIZES = {1, 60, 3_600, 86_400};

  private Age() {}

  /** As options take it: "2d", "1.5h", "20s". */
  public static String of(long millis) {
    double seconds = millis / 1000.0;
    int unit = 0;
    while (unit < 3 && seconds >= SIZES[unit + 1]) {
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.1f", seconds / SIZES[unit]);
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
        + UNITS[unit];
  }
}
