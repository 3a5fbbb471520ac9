package dev.belay.coordinator.mirror;

import dev.belay.coordinator.mirror.MirrorStore.Stored;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What pieces are called: {@code mirror/CLUSTER/000000000012}. A number has one name. */
final class PieceNames {
  static final String ROOT = "mirror/";

  private static final Pattern NAME = Pattern.compile("mirror/([^/]+)/(\\d{12})");

  private PieceNames() {}

  static String of(String cluster, long number) {
    return "%s%s/%012d".formatted(ROOT, cluster, number);
  }

  /** The clusters that have pieces among these. */
  static Set<String> clusters(List<Stored> found) {
    Set<String> clusters = new TreeSet<>();
    for (Stored one : found) {
      Matcher name = NAME.matcher(one.key());
      if (name.matches()) {
        clusters.add(name.group(1));
      }
    }
    return clusters;
  }

  /** The lengths of a cluster's pieces among these, by number. */
  static NavigableMap<Long, Long> numbers(List<Stored> found, String cluster) {
    NavigableMap<Long, Long> numbers = new TreeMap<>();
    for (Stored one : found) {
      Matcher name = NAME.matcher(one.key());
      if (name.matches() && name.group(1).equals(cluster)) {
        numbers.put(Long.parseLong(name.group(2)), one.length());
      }
    }
    return numbers;
  }
}
