package dev.belay.jobs.cli.view;

import dev.belay.runtime.text.Counted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What troubles partitions that somebody is at. A store that is out of reach troubles all of them,
 * one after the other: it is told once, with how many, when it has lasted for some looks; then that
 * it is over.
 */
final class TroubleEvents {
  /** Within which the others have it too. */
  private static final int LOOKS = 5;

  private final Map<String, Trouble> troubles = new LinkedHashMap<>();

  private static final class Trouble {
    final Set<Integer> ever = new TreeSet<>();
    int looks;
  }

  /**
   * @param now by trouble, the partitions that have it
   */
  void next(Map<String, List<Integer>> now, List<String> lines) {
    now.forEach(
        (text, partitions) -> {
          Trouble trouble = troubles.computeIfAbsent(text, one -> new Trouble());
          trouble.ever.addAll(partitions);
          trouble.looks++;
          if (trouble.looks == LOOKS) {
            lines.add(Partitions.named(partitions) + ": " + text);
          }
        });
    if (now.isEmpty()) {
      // The reason may change from one try to the next: all of that is one outage.
      Set<Integer> ever = new TreeSet<>();
      troubles.values().forEach(trouble -> ever.addAll(trouble.ever));
      troubles.entrySet().stream()
          .filter(one -> one.getValue().looks >= LOOKS)
          .findFirst()
          .ifPresent(
              one ->
                  lines.add(
                      "over for %s: %s"
                          .formatted(Counted.of(ever.size(), "partition"), one.getKey())));
      troubles.clear();
    }
  }
}
