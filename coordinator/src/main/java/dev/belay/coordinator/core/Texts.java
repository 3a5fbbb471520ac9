package dev.belay.coordinator.core;

/** Texts that come from others, before they are kept. */
final class Texts {
  /** Enough for any line that somebody reads. */
  private static final int MAX_CHARS = 2_000;

  private Texts() {}

  /** At most so long, and never half a character. */
  static String cut(String text) {
    if (text.length() <= MAX_CHARS) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
    return text.substring(0, end) + "...";
  }
}
