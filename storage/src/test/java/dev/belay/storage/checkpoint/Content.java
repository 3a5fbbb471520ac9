package dev.belay.storage.checkpoint;

import java.util.SplittableRandom;

/** Bytes as states have them: counters, ids, words; they compress to something over a half. */
final class Content {
  private static final String[] WORDS = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta"};

  private Content() {}

  /** The same for the same seed. */
  static byte[] bytes(long seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      long id = random.nextLong();
      int count = random.nextInt(1000);
      String word = WORDS[random.nextInt(WORDS.length)];
      for (int i = 0; i < 8 && at < length; i++) {
        bytes[at++] = (byte) (id >>> (8 * i));
      }
      for (int i = 0; i < 8 && at < length; i++) {
        bytes[at++] = (byte) (i < 2 ? count >>> (8 * i) : 0);
      }
      for (int i = 0; i < word.length() && at < length; i++) {
        bytes[at++] = (byte) word.charAt(i);
      }
    }
    return bytes;
  }
}
