package dev.belay.jobs.ready;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** A directory of files that are hard on a word count, counted as plainly as can be. */
final class RandomCorpus {
  private RandomCorpus() {}

  /** Writes the files, and returns the counts of their words. */
  static Map<String, Long> write(Path directory, Random random) throws IOException {
    Map<String, Long> counts = new HashMap<>();
    int files = random.nextInt(40);
    Files.createDirectories(directory);
    for (int i = 0; i < files; i++) {
      Path below = Files.createDirectories(directory.resolve("d" + random.nextInt(4)));
      byte[] bytes = random.nextInt(8) == 0 ? new byte[0] : text(random);
      Files.write(below.resolve("f" + i), bytes);
      count(bytes, counts);
    }
    return counts;
  }

  private static byte[] text(Random random) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int size = random.nextInt(40) == 0 ? 200_000 : random.nextInt(2_000);
    int letters = 1 + random.nextInt(26);
    while (text.size() < size) {
      int length = random.nextInt(2000) == 0 ? random.nextInt(100_000) : 1 + random.nextInt(9);
      for (int i = 0; i < length && text.size() < 300_000; i++) {
        text.write((random.nextBoolean() ? 'a' : 'A') + random.nextInt(letters));
      }
      for (int i = random.nextInt(3); i >= 0; i--) {
        text.write(separator(random));
      }
    }
    return text.toByteArray();
  }

  private static int separator(Random random) {
    int value;
    do {
      value = random.nextInt(256);
    } while (letter(value));
    return value;
  }

  private static boolean letter(int value) {
    return value >= 'a' && value <= 'z' || value >= 'A' && value <= 'Z';
  }

  private static void count(byte[] bytes, Map<String, Long> counts) {
    StringBuilder word = new StringBuilder();
    for (byte value : bytes) {
      if (letter(value)) {
        word.append(Character.toLowerCase((char) value));
      } else if (word.length() > 0) {
        counts.merge(word.toString(), 1L, Long::sum);
        word.setLength(0);
      }
    }
    if (word.length() > 0) {
      counts.merge(word.toString(), 1L, Long::sum);
    }
  }
}
