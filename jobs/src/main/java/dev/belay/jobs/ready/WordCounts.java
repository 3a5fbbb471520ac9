package dev.belay.jobs.ready;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The state of a partition: how far it has read, and how often it has seen each word.
 *
 * <p>The words stand one after another in one array, each as its count (8 bytes), its length (4)
 * and its letters. That array is all that a checkpoint saves. Beside it stands a hash table with
 * open addressing, where an entry's place is kept together with half of its hash; it is made anew
 * after a restore.
 */
final class WordCounts {
  /** A table of this size is written out as a segment: a million words or two. */
  static final int USUAL_SPILL_BYTES = 24 << 20;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LENGTH = Long.BYTES;
  private static final int LETTERS = LENGTH + Integer.BYTES;
  private static final int FIRST_BYTES = 64 << 10;
  private static final int FIRST_SLOTS = 4 << 10;

  private long position;
  private long words;
  private byte[] entries = new byte[FIRST_BYTES];

  /** How much of the entries is in use. */
  private int used;

  /** How many entries there are. */
  private int distinct;

  /** The low half of a hash in the high half; an entry's place, plus 1, in the low; 0 if free. */
  private transient long[] slots = new long[FIRST_SLOTS];

  /** How far to shift a hash for its slot. */
  private transient int shift;

  /** What was read: where to go on in the split. */
  long position() {
    return position;
  }

  /** How many words were seen, those that were drained included. */
  long words() {
    return words;
  }

  /** The size of the table. */
  int bytes() {
    return used;
  }

  /** Makes the table ready: to be called once on a state that is fresh or restored. */
  void index() {
    index(Math.max(FIRST_SLOTS, 2 * Integer.highestOneBit(2 * distinct)));
  }

  /**
   * Counts the words in a part of an array, which begins and ends at the ends of words; letters in
   * it become lower-case.
   *
   * @param next the position behind it
   */
  void add(byte[] bytes, int from, int to, long next) {
    byte[] letters = Words.LETTERS;
    int i = from;
    while (i < to) {
      byte letter = letters[bytes[i] & 0xff];
      if (letter == 0) {
        i++;
        continue;
      }
      int start = i;
      long hash = 0;
      do {
        bytes[i++] = letter;
        hash = Words.hash(hash, letter);
      } while (i < to && (letter = letters[bytes[i] & 0xff]) != 0);
      count(bytes, start, i - start, hash);
    }
    position = next;
  }

  /** Hands over all words with their counts, sorted, and forgets them. */
  void drainTo(CountsSink sink) throws IOException {
    for (int entry : WordSort.sort(entries, LETTERS, places())) {
      int from = entry + LETTERS;
      sink.accept(entries, from, from + length(entry), (long) LONG.get(entries, entry));
    }
    used = 0;
    distinct = 0;
    entries = new byte[FIRST_BYTES];
    index();
  }

  private void count(byte[] bytes, int from, int length, long hash) {
    words++;
    int slot = (int) (hash >>> shift);
    while (slots[slot] != 0) {
      if ((int) (slots[slot] >>> 32) == (int) hash) {
        int entry = (int) slots[slot] - 1;
        if (isWord(entry, bytes, from, length)) {
          LONG.set(entries, entry, (long) LONG.get(entries, entry) + 1);
          return;
        }
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = slotOf(hash, used);
    append(bytes, from, length);
    if (2 * distinct > slots.length) {
      index(2 * slots.length);
    }
  }

  private boolean isWord(int entry, byte[] bytes, int from, int length) {
    if (length(entry) != length) {
      return false;
    }
    int letters = entry + LETTERS;
    return Arrays.equals(entries, letters, letters + length, bytes, from, from + length);
  }

  private void append(byte[] bytes, int from, int length) {
    int end = used + LETTERS + length;
    if (end > entries.length) {
      entries = Arrays.copyOf(entries, Math.max(end, 2 * entries.length));
    }
    LONG.set(entries, used, 1L);
    INT.set(entries, used + LENGTH, length);
    System.arraycopy(bytes, from, entries, used + LETTERS, length);
    used = end;
    distinct++;
  }

  private void index(int size) {
    slots = new long[size];
    shift = Long.SIZE - Integer.numberOfTrailingZeros(size);
    for (int entry : places()) {
      long hash = 0;
      int from = entry + LETTERS;
      for (int i = from; i < from + length(entry); i++) {
        hash = Words.hash(hash, entries[i]);
      }
      int slot = (int) (hash >>> shift);
      while (slots[slot] != 0) {
        slot = (slot + 1) & (size - 1);
      }
      slots[slot] = slotOf(hash, entry);
    }
  }

  private static long slotOf(long hash, int entry) {
    return hash << 32 | (entry + 1);
  }

  private int length(int entry) {
    return (int) INT.get(entries, entry + LENGTH);
  }

  private int[] places() {
    int[] places = new int[distinct];
    int entry = 0;
    for (int i = 0; i < distinct; i++) {
      places[i] = entry;
      entry += LETTERS + length(entry);
    }
    return places;
  }
}
