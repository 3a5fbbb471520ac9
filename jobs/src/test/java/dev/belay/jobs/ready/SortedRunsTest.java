package dev.belay.jobs.ready;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedRunsTest {
  private int open;
  private int mostOpen;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void addsUpAnyNumberOfRunsWithOnlySoManyOpen(long seed) throws IOException {
    Random random = new Random(seed);
    int openRuns = 2 + random.nextInt(6);
    int number = random.nextInt(200);
    Map<String, Long> expected = new TreeMap<>();
    Map<String, Long> merged = new TreeMap<>();
    try (SortedRuns runs = new SortedRuns(openRuns)) {
      for (int i = 0; i < number; i++) {
        byte[] run = run(randomCounts(random, expected));
        runs.add(run.length, () -> counted(run));
      }
      StringBuilder last = new StringBuilder();
      runs.mergeTo(
          (bytes, from, to, count) -> {
            String word = new String(bytes, from, to - from, ISO_8859_1);
            assertThat(word).isGreaterThan(last.toString());
            last.replace(0, last.length(), word);
            merged.put(word, count);
          });
    }
    assertThat(merged).as("seed %d", seed).isEqualTo(expected);
    assertThat(mostOpen).as("seed %d", seed).isLessThanOrEqualTo(openRuns);
    assertThat(open).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aTableComesOutSortedByBytes(long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, Long> expected = new TreeMap<>();
    WordCounts counts = new WordCounts();
    counts.index();
    int alphabet = 1 + random.nextInt(3);
    String common = "c".repeat(random.nextInt(100));
    for (int i = 0; i < 3000; i++) {
      String word = common + word(random, alphabet, 1 + random.nextInt(12));
      byte[] bytes = (word + " ").getBytes(ISO_8859_1);
      counts.add(bytes, 0, bytes.length, i);
      expected.merge(word, 1L, Long::sum);
    }
    StringBuilder drained = new StringBuilder();
    counts.drainTo(
        (bytes, from, to, count) ->
            drained.append(new String(bytes, from, to - from, ISO_8859_1)).append(count));
    StringBuilder text = new StringBuilder();
    expected.forEach((word, count) -> text.append(word).append(count));
    assertThat(drained.toString()).as("seed %d", seed).isEqualTo(text.toString());
    assertThat(counts.bytes()).isZero();
  }

  @Test
  void aDamagedRunIsAnErrorAndNotAnOutOfMemory() throws IOException {
    byte[] run = run(Map.of("word", 7L));
    for (int length = 1; length < run.length; length++) {
      byte[] cut = Arrays.copyOf(run, length);
      assertThatThrownBy(() -> new CountsReader(new ByteArrayInputStream(cut)).next())
          .as("cut after %d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged");
    }
    for (byte[] wrong :
        new byte[][] {{0, 1}, {-1, -1, -1, -1, -1, 1}, "\u00ff".repeat(20).getBytes(ISO_8859_1)}) {
      assertThatThrownBy(() -> new CountsReader(new ByteArrayInputStream(wrong)).next())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged");
    }
  }

  private InputStream counted(byte[] run) {
    open++;
    mostOpen = Math.max(mostOpen, open);
    return new ByteArrayInputStream(run) {
      @Override
      public void close() {
        open--;
      }
    };
  }

  private static Map<String, Long> randomCounts(Random random, Map<String, Long> sum) {
    Map<String, Long> counts = new TreeMap<>();
    for (int i = random.nextInt(60); i > 0; i--) {
      int length = random.nextInt(100) == 0 ? 70_000 : 1 + random.nextInt(12);
      long count = random.nextLong(Long.MAX_VALUE >>> 1 + random.nextInt(60)) / 300 + 1;
      counts.put(word(random, 2, length), count);
    }
    counts.forEach((word, count) -> sum.merge(word, count, Long::sum));
    return counts;
  }

  private static String word(Random random, int alphabet, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(alphabet)));
    }
    return word.toString();
  }

  private static byte[] run(Map<String, Long> counts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CountsWriter writer = new CountsWriter(out);
    for (Map.Entry<String, Long> entry : new TreeMap<>(counts).entrySet()) {
      byte[] word = entry.getKey().getBytes(ISO_8859_1);
      writer.accept(word, 0, word.length, entry.getValue());
    }
    writer.flush();
    assertThat(writer.written()).isEqualTo(out.size());
    return out.toByteArray();
  }
}
