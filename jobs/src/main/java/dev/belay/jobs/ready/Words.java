package dev.belay.jobs.ready;

/** What a word is made of, and how it is hashed. */
final class Words {
  /** Of each byte: the letter in lower case, or 0 if it is none. */
  static final byte[] LETTERS = letters();

  private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;

  private Words() {}

  static boolean isLetter(int value) {
    return LETTERS[value] != 0;
  }

  /** The hash of a word that is one letter longer than the word with this hash. */
  static long hash(long hash, byte letter) {
    return (hash ^ letter) * HASH_FACTOR;
  }

  private static byte[] letters() {
    byte[] letters = new byte[256];
    for (char letter = 'a'; letter <= 'z'; letter++) {
      letters[letter] = (byte) letter;
      letters[letter - 'a' + 'A'] = (byte) letter;
    }
    return letters;
  }
}
