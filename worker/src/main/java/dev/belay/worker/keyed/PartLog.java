package dev.belay.worker.keyed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The parts that make up the map: replayed one after the other, they give it again. Immutable.
 *
 * <p>A checkpoint adds a part for what has changed. So that they do not become too many, it
 * replaces the latest ones by a single part of their keys, once there are eight of about the same
 * size: each key is written once more for every eightfold of its part, and there are at most seven
 * parts of a size. So that they do not become too long, all are replaced by the map as it is, once
 * they have more than twice its keys.
 */
record PartLog(List<Part> parts) {
  static final PartLog EMPTY = new PartLog(List.of());

  private static final int TOGETHER = 8;
  private static final int SLACK = 1_024;

  PartLog {
    parts = List.copyOf(parts);
  }

  /** How many of the parts, from the first on, stay as they are when so many keys have changed. */
  int kept(int changed, int live) {
    long total = changed;
    int kept = parts.size();
    for (int i = parts.size() - 1; i >= 0; i--) {
      long size = parts.get(i).size();
      if (parts.size() - i + 1 >= TOGETHER && size * (TOGETHER - 1) <= total) {
        kept = i;
      }
      total += size;
    }
    return total > 2L * live + SLACK ? 0 : kept;
  }

  /** The first parts, and one more. */
  PartLog with(int kept, Object[] keys) {
    List<Part> all = new ArrayList<>(parts.subList(0, kept));
    all.add(new Part(last() + 1, keys));
    return new PartLog(all);
  }

  /** The keys of all but the first parts, and more. */
  Set<Object> keysFrom(int kept, Collection<?> more) {
    Set<Object> keys = new LinkedHashSet<>();
    for (Part part : parts.subList(kept, parts.size())) {
      keys.addAll(List.of(part.keys()));
    }
    keys.addAll(more);
    return keys;
  }

  /** The number of the latest part; 0: there is none. */
  long last() {
    return parts.isEmpty() ? 0 : parts.get(parts.size() - 1).number();
  }
}
