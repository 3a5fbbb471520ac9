package dev.belay.bench.report;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: 1KB, 64MB, 2GB, each a thousand times the one before. */
public final class Size {
  private static final Pattern FORM = Pattern.compile("(\\d{1,6})(B|KB|MB|GB)");

  private Size() {}

  /**
   * In bytes.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  public static long parse(String text) {
    Matcher matcher = FORM.matcher(text.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not a size such as 64MB");
    }
    long unit =
        switch (matcher.group(2)) {
          case "KB" -> 1_000;
          case "MB" -> 1_000_000;
          case "GB" -> 1_000_000_000;
          default -> 1;
        };
    return Long.parseLong(matcher.group(1)) * unit;
  }
}
