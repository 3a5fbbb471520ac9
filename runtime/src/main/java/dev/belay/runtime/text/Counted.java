package dev.belay.runtime.text;

/** So many of something, for people: "1 object", "2 objects". */
public final class Counted {
  private Counted() {}

  /**
   * @param one what a single one is called; several have an s at the end
   */
  public static String of(long count, String one) {
    return of(count, one, one + "s");
  }

  /**
   * With words that differ in more than an s, as in "1 object is", "2 objects are".
   *
   * @param count as all counts in messages, unsigned
   */
  public static String of(long count, String one, String several) {
    return Long.toUnsignedString(count) + " " + (count == 1 ? one : several);
  }
}
