package dev.belay.coordinator.journal;

import java.io.IOException;

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
        ? new Finding(false, false, 0)
        : new Finding(true, damagedAt(window, position), synced(window, written, salt));
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
   * A document's frame is written last, so a frame of zeros is a record that was being written, or
   * whose page did not reach the device. With a frame, pages behind it may not have: memory reaches
   * the device in whole words, so that leaves words of zeros, which no whole record has.
   */
  private static boolean damagedAt(CycleWindow window, long position) throws IOException {
    if (!window.has(position, ChronicleDocument.FRAME) || window.intAt(position) == 0) {
      return false;
    }
    int frame = window.intAt(position);
    long end = position + ChronicleDocument.FRAME + ChronicleDocument.length(frame);
    if (!ChronicleDocument.isData(frame) || end > window.size()) {
      return true;
    }
    return !holdsZeroWord(window, position, end);
  }

  private static boolean holdsZeroWord(CycleWindow window, long from, long end) throws IOException {
    for (long word = (from + WORD - 1) & -WORD; word + WORD <= end; word += WORD) {
      if (window.intAt(word) == 0 && window.intAt(word + Integer.BYTES) == 0) {
        return true;
      }
    }
    return false;
  }
}
