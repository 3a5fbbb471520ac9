package dev.belay.storage;

import java.util.regex.Pattern;

/** What a key may look like: the same for every store. */
public final class Keys {
  private static final int MAX_KEY_LENGTH = 512;
  private static final int MAX_SEGMENT_LENGTH = 200;
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]+");

  private Keys() {}

  /**
   * Returns the key.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String checkKey(String key) {
    if (!isKey(key)) {
      throw new IllegalArgumentException("\"" + key + "\" is not a key");
    }
    return key;
  }

  /** Whether it is a key: see {@link ObjectStore}. */
  public static boolean isKey(String key) {
    if (key.length() > MAX_KEY_LENGTH) {
      return false;
    }
    for (String segment : key.split("/", -1)) {
      if (!isSegment(segment)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the prefix: empty, or a key and a '/'.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static String checkPrefix(String prefix) {
    if (!prefix.isEmpty()) {
      if (!prefix.endsWith("/")) {
        throw new IllegalArgumentException("the prefix \"" + prefix + "\" does not end in '/'");
      }
      checkKey(prefix.substring(0, prefix.length() - 1));
    }
    return prefix;
  }

  /**
   * Checks what a reader asks for.
   *
   * @throws IllegalArgumentException if either is negative
   */
  public static void checkRange(long offset, long length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("offset " + offset + ", length " + length);
    }
  }

  private static boolean isSegment(String segment) {
    return segment.length() <= MAX_SEGMENT_LENGTH
        && !segment.equals(".")
        && !segment.equals("..")
        && SEGMENT.matcher(segment).matches();
  }
}
