package dev.belay.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Looks at what lies behind the last record whose chain holds. */
final class TailScan {
  private static final int WORD = 8;

  private TailScan() {}

  /**
   * What was found.
   *
   * @param written whether anything but zeros lies there
   * @param damaged whether the first record there holds other bytes than were ever written
   * @param synced up to which sequence a whole record there says that all had been synced
   */
  record Finding(boolean written, boolean damaged, long synced) {}

  static Finding scan(CycleWindow window, long position, long salt) throws IOException {
    long written = window.firstWritten(position);
    return written == window.size()
        ? new Finding(false, damagedAt(window, position), 0)
        : new Finding(true, damagedAt(window, position), synced(window, position, salt));
  }

  /** Whether something looks like a record, of whichever generation. */
  static boolean holdsRecords(CycleWindow window) throws IOException {
    return nextMagic(window, 0) < window.size();
  }

  private static long synced(CycleWindow window, long from, long salt) throws IOException {
    long synced = 0;
    long position = nextMagic(window, from);
    while (position < window.size()) {
      synced = Math.max(synced, syncedBy(window, position, salt));
      position = nextMagic(window, position + Integer.BYTES);
    }
    return synced;
  }

  private static long syncedBy(CycleWindow window, long position, long salt) throws IOException {
    int length = ChronicleDocument.length(window.intAt(position - ChronicleDocument.FRAME));
    if (length > ChronicleRuntime.MOST_RECORD_BYTES + Frame.OVERHEAD
        || !window.has(position, length)) {
      return 0;
    }
    Frame frame = Frame.decode(salt, window.bytesAt(position, length));
    return frame == null ? 0 : frame.synced();
  }

  private static long nextMagic(CycleWindow window, long from) throws IOException {
    int magic = Integer.reverseBytes(Frame.MAGIC);
    long position = Math.max(from, ChronicleDocument.FRAME);
    while (window.has(position, Integer.BYTES)) {
      if (window.intAt(position) == magic) {
        return position;
      }
      position += Integer.BYTES;
    }
    return window.size();
  }

  /**
   * Chronicle's frame is written last, so one of zeros is a record that was being written, or whose
   * page did not reach the device. Behind a frame that did, other pages may not have: memory
   * reaches the device in whole words, so that leaves words of zeros, which no whole record has.
   * And blocks are taken ahead of each record, so the file never ends close behind one.
   */
  private static boolean damagedAt(CycleWindow window, long position) throws IOException {
    if (!window.has(position, Allocation.MARGIN_BYTES / 2)) {
      return true;
    }
    int frame = window.intAt(position);
    if (frame == 0) {
      return false;
    }
    int length = ChronicleDocument.length(frame);
    int whole = ChronicleDocument.FRAME + length;
    if (!ChronicleDocument.isData(frame)
        || length < Frame.OVERHEAD
        || length > ChronicleRuntime.MOST_RECORD_BYTES + Frame.OVERHEAD
        || !window.has(position, whole)) {
      return true;
    }
    ByteBuffer record = ByteBuffer.wrap(window.bytesAt(position, whole));
    return !isOrZero(record.getInt(ChronicleDocument.FRAME), Frame.MAGIC)
        || !isOrZero(record.getInt(ChronicleDocument.FRAME + Frame.LENGTH), length)
        || !holdsZeroWord(record, (int) (position % WORD));
  }

  private static boolean isOrZero(int found, int expected) {
    return found == 0 || found == expected;
  }

  /** Of the file's words, the first and the last may belong to the record in part. */
  private static boolean holdsZeroWord(ByteBuffer record, int offsetInWord) {
    for (int word = -offsetInWord; word < record.limit(); word += WORD) {
      int from = Math.max(word, 0);
      int length = Math.min(word + WORD, record.limit()) - from;
      if (record.slice(from, length).mismatch(ByteBuffer.allocate(length)) < 0) {
        return true;
      }
    }
    return false;
  }
}
