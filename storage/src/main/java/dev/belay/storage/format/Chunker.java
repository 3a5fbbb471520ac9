package dev.belay.storage.format;

/**
 * Finds where a run of bytes is cut into chunks: by what the bytes are, not by where they lie, so
 * that a byte inserted moves the boundaries around it and none further on.
 *
 * <p>A rolling hash (gear: shift by one, add a number drawn for the byte) covers the last 64 bytes.
 * A chunk ends where certain bits of it are zero: not before {@link #MIN}, seldom before {@link
 * #NORMAL}, readily after it, and at {@link #MAX} in any case. For one thread.
 */
public final class Chunker {
  /** The least in a chunk, but for the last one of a run. */
  public static final int MIN = 16 << 10;

  /** From here on boundaries are more likely. */
  static final int NORMAL = 48 << 10;

  /** The most in a chunk. */
  public static final int MAX = 256 << 10;

  /** The upper bits, since those depend on the most bytes. */
  private static final long SELDOM = -1L << (64 - 18);

  private static final long READILY = -1L << (64 - 14);

  private static final long[] GEAR = gear();

  /** The same, shifted, so that two bytes are taken in at a time. */
  private static final long[] GEAR_BEFORE = shifted();

  private int length;
  private long hash;

  /** Fixed for ever: with other numbers nothing of an older checkpoint would be found again. */
  private static long[] gear() {
    long[] gear = new long[256];
    long seed = 0x42454c41592d3031L;
    for (int i = 0; i < gear.length; i++) {
      seed += 0x9e3779b97f4a7c15L;
      long mixed = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
      gear[i] = mixed ^ (mixed >>> 31);
    }
    return gear;
  }

  private static long[] shifted() {
    long[] shifted = new long[GEAR.length];
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = GEAR[i] << 1;
    }
    return shifted;
  }

  /** Begins a new run. */
  public void reset() {
    length = 0;
    hash = 0;
  }

  /**
   * Goes on with the run.
   *
   * @return where, after {@code from} and up to {@code to}, the chunk ends; -1 if it goes on
   */
  public int next(byte[] bytes, int from, int to) {
    int skipped = Math.min(Math.max(0, MIN - length), to - from);
    length += skipped;
    int at = from + skipped;
    at = scan(bytes, at, to, NORMAL, SELDOM);
    if (at >= 0) {
      return at;
    }
    at = scan(bytes, ~at, to, MAX, READILY);
    if (at >= 0) {
      return at;
    }
    if (length == MAX) {
      reset();
      return ~at;
    }
    return -1;
  }

  /** The end of the chunk, or the complement of where nothing has been found up to. */
  private int scan(byte[] bytes, int from, int to, int most, long mask) {
    int end = Math.min(to, from + Math.max(0, most - length));
    int found = find(bytes, from, end, mask);
    if (found >= 0) {
      reset();
      return found;
    }
    length += end - from;
    return ~end;
  }

  private int find(byte[] bytes, int from, int end, long mask) {
    long[] gear = GEAR;
    long[] before = GEAR_BEFORE;
    long rolling = hash;
    int at = from;
    for (; at + 1 < end; at += 2) {
      long half = rolling << 1;
      int first = bytes[at] & 0xff;
      if ((half + gear[first] & mask) == 0) {
        return at + 1;
      }
      rolling = (half << 1) + before[first] + gear[bytes[at + 1] & 0xff];
      if ((rolling & mask) == 0) {
        return at + 2;
      }
    }
    if (at < end) {
      rolling = (rolling << 1) + gear[bytes[at] & 0xff];
      if ((rolling & mask) == 0) {
        return end;
      }
    }
    hash = rolling;
    return -1;
  }
}
