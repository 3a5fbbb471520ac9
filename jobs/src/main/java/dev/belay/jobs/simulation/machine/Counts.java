package dev.belay.jobs.simulation.machine;

import java.util.Map;
import java.util.TreeMap;

/** How often what was injected, by kind. */
public final class Counts {
  private final Map<String, Long> byKind = new TreeMap<>();

  public void add(String kind) {
    byKind.merge(kind, 1L, Long::sum);
  }

  public void addAll(Counts others) {
    others.byKind.forEach((kind, count) -> byKind.merge(kind, count, Long::sum));
  }

  public Map<String, Long> byKind() {
    return new TreeMap<>(byKind);
  }
}
