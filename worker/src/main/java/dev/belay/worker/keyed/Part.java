package dev.belay.worker.keyed;

/**
 * A stretch of the log: which keys were put or removed in it. What they were is in the section that
 * has its name, or, for those that have not changed since, in the map.
 *
 * @param number later ones have higher numbers
 */
record Part(long number, Object[] keys) {
  int size() {
    return keys.length;
  }
}
