package dev.belay.runtime.job.input;

import java.util.function.IntPredicate;

/** Which bytes end a record. Immutable. */
public final class Delimiters {
  /** A line feed. */
  public static final Delimiters NEWLINE = where(value -> value == '\n');

  private final boolean[] ends;

  private Delimiters(boolean[] ends) {
    this.ends = ends;
  }

  /** The bytes, from 0 to 255, that the predicate holds for. */
  public static Delimiters where(IntPredicate predicate) {
    boolean[] ends = new boolean[256];
    for (int value = 0; value < ends.length; value++) {
      ends[value] = predicate.test(value);
    }
    return new Delimiters(ends);
  }

  /** The index of the first delimiter in a part of an array; -1 if there is none. */
  int first(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (ends[bytes[i] & 0xff]) {
        return i;
      }
    }
    return -1;
  }

  /** The index of the last delimiter before an index; -1 if there is none. */
  int last(byte[] bytes, int to) {
    int i = to - 1;
    while (i >= 0 && !ends[bytes[i] & 0xff]) {
      i--;
    }
    return i;
  }
}
