package dev.belay.coordinator.core;

/** Texts that come from others, before they are kept. */
final class Texts {
  /** Enough for any line that somebody reads. */
  private static final int MAX_CHARS = 2_000;

  private Texts() {}

  /** At most so long, and never half a character. */
  static String cut(String text) {
    return cut(text, MAX_CHARS);
  }

  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "...";
  }
}
