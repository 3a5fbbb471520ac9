package dev.belay.jobs.ready;

import java.util.Arrays;

/**
 * Sorts words by their bytes without an object for each: by their first six letters, which make 30
 * bits and go into one long with the place of the word, then the words that agree in these by the
 * next six, and so on.
 */
final class WordSort {
  private static final int STEP = 6;
  private static final int BITS = 5;

  /** Words that agree in so many letters are rare and long, and compared whole. */
  private static final int DEEPEST = 10 * STEP;

  private final byte[] entries;
  private final int letters;
  private final long[] keys;

  private WordSort(byte[] entries, int letters, long[] keys) {
    this.entries = entries;
    this.letters = letters;
    this.keys = keys;
  }

  /**
   * The places in the order of their words.
   *
   * @param letters how far behind its place a word begins; its length stands in the four bytes
   *     before, low byte first
   */
  static int[] sort(byte[] entries, int letters, int[] places) {
    long[] keys = new long[places.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = places[i];
    }
    new WordSort(entries, letters, keys).sort(0, keys.length, 0);
    int[] sorted = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      sorted[i] = (int) keys[i];
    }
    return sorted;
  }

  private void sort(int from, int to, int depth) {
    if (depth == DEEPEST) {
      sortWhole(from, to);
      return;
    }
    for (int i = from; i < to; i++) {
      int place = (int) keys[i];
      keys[i] = prefix(place, depth) << 32 | place;
    }
    Arrays.sort(keys, from, to);
    for (int start = from; start < to; ) {
      int end = start + 1;
      while (end < to && keys[end] >>> 32 == keys[start] >>> 32) {
        end++;
      }
      if (end - start > 1) {
        sort(start, end, depth + STEP);
      }
      start = end;
    }
  }

  /** Six letters, of five bits each; 0 stands for none, and sorts first. */
  private long prefix(int place, int depth) {
    int start = place + letters + depth;
    int end = Math.min(end(place), start + STEP);
    long prefix = 0;
    for (int i = start; i < end; i++) {
      prefix = prefix << BITS | (entries[i] & 31);
    }
    return prefix << BITS * (STEP - Math.max(0, end - start));
  }

  private void sortWhole(int from, int to) {
    Integer[] places = new Integer[to - from];
    for (int i = 0; i < places.length; i++) {
      places[i] = (int) keys[from + i];
    }
    Arrays.sort(
        places,
        (a, b) -> Arrays.compare(entries, a + letters, end(a), entries, b + letters, end(b)));
    for (int i = 0; i < places.length; i++) {
      keys[from + i] = places[i];
    }
  }

  private int end(int place) {
    int at = place + letters;
    int length =
        (entries[at - 4] & 0xff)
            | (entries[at - 3] & 0xff) << 8
            | (entries[at - 2] & 0xff) << 16
            | entries[at - 1] << 24;
    return at + length;
  }
}
