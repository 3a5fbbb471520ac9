package dev.belay.jobs.net;

import java.util.List;
import java.util.Locale;

/**
 * What one direction of a link does to its packets.
 *
 * @param loss in per cent, as are the two others
 * @param jitterMillis around the delay; packets stay in order
 * @param reordered of those delayed, how many overtake the others
 */
record Impairment(
    double loss, int delayMillis, int jitterMillis, double duplicated, double reordered) {
  static final Impairment NONE = new Impairment(0, 0, 0, 0, 0);
  static final Impairment CUT = new Impairment(100, 0, 0, 0, 0);

  /** The arguments of {@code tc qdisc replace ... netem}. */
  List<String> netem() {
    String all =
        String.format(
            Locale.ROOT,
            "limit 20000 delay %dms %dms loss %.2f%% duplicate %.2f%%",
            delayMillis,
            jitterMillis,
            loss,
            duplicated);
    // Without a delay there is nothing to overtake, and tc says so.
    return List.of(
        (delayMillis > 0 ? all + String.format(Locale.ROOT, " reorder %.2f%%", reordered) : all)
            .split(" "));
  }

  /** For {@link #parse}. */
  String line() {
    return loss + " " + delayMillis + " " + jitterMillis + " " + duplicated + " " + reordered;
  }

  static Impairment parse(String line) {
    String[] words = line.split(" ");
    return new Impairment(
        Double.parseDouble(words[0]),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Double.parseDouble(words[3]),
        Double.parseDouble(words[4]));
  }

  @Override
  public String toString() {
    if (equals(CUT)) {
      return "cut";
    }
    return String.format(
        Locale.ROOT,
        "%.1f %% lost, %d ms +- %d, %.1f %% doubled, %.1f %% out of order",
        loss,
        delayMillis,
        jitterMillis,
        duplicated,
        reordered);
  }
}
