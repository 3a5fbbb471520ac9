package dev.belay.storage.checkpoint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Which objects a checkpoint refers to no longer. What of them still lives is written again, so
 * that neither a restore nor the space that is held grows with what is dead.
 */
final class Compaction {
  /** How much all objects together may hold of what lives, before a checkpoint is written. */
  static final double BEFORE = 1.3;

  /**
   * The same, after: then what has to be written again must be read from the store. Under 2, so
   * that all objects held are less than twice the states kept.
   */
  static final double AFTER = 1.75;

  /** That a checkpoint may refer to, beside its own. */
  static final int MOST = 63;

  /** So many are left once there are too many: the smallest go, many at a time. */
  static final int ROOM = 48;

  private Compaction() {}

  /**
   * The numbers of those that are given up.
   *
   * @param own what the new object holds already, all of which lives
   * @param factor of what lives that all may hold
   */
  static BitSet givenUp(List<Basis.Source> sources, long own, double factor) {
    BitSet given = new BitSet();
    List<Integer> used = new ArrayList<>();
    long live = own;
    long held = own;
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i).live() > 0) {
        used.add(i);
        live += sources.get(i).live();
        held += sources.get(i).length();
      }
    }
    used.sort(Comparator.comparingDouble(i -> share(sources.get(i))));
    for (int i = 0; i < used.size() && held > factor * live; i++) {
      Basis.Source source = sources.get(used.get(i));
      held -= source.length() - source.live();
      given.set(used.get(i));
    }
    used.removeIf(given::get);
    if (used.size() > MOST) {
      used.sort(Comparator.comparingLong(i -> sources.get(i).live()));
      used.subList(0, used.size() - ROOM).forEach(given::set);
    }
    return given;
  }

  private static double share(Basis.Source source) {
    return (double) source.live() / source.length();
  }
}
