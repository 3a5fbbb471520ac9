package dev.belay.coordinator.journal;

/**
 * Chronicle's frame around each document: four bytes, the low one first, of which the lower 30 bits
 * are the length and the two others say what it is. Documents begin at multiples of 4; zeros follow
 * the last one. The four bytes are written after the document's own.
 */
final class ChronicleDocument {
  static final int FRAME = 4;

  private static final int NOT_COMPLETE = 0x8000_0000;
  private static final int META_DATA = 0x4000_0000;
  private static final int LENGTH = 0x3FFF_FFFF;

  private ChronicleDocument() {}

  /** Chronicle's own, such as pages of its index. */
  static boolean isMeta(int frame) {
    return (frame & (NOT_COMPLETE | META_DATA)) == META_DATA;
  }

  static boolean isData(int frame) {
    return frame != 0 && (frame & (NOT_COMPLETE | META_DATA)) == 0;
  }

  static int length(int frame) {
    return frame & LENGTH;
  }

  /** Where the document after the one at this position begins. */
  static long next(long position, int length) {
    return (position + FRAME + length + 3) & -4L;
  }
}
