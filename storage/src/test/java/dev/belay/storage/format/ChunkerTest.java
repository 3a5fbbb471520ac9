package dev.belay.storage.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkerTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void boundariesDependOnTheBytesAloneAndNotOnHowTheyCome(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[3 << 20];
    random.nextBytes(bytes);
    List<Integer> whole = cut(bytes, List.of(bytes.length));
    List<Integer> blocks = new ArrayList<>();
    for (int left = bytes.length; left > 0; ) {
      int block =
          Math.min(
              left, random.nextInt(10) == 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(400_000));
      blocks.add(block);
      left -= block;
    }
    assertThat(cut(bytes, blocks)).as("seed " + seed).isEqualTo(whole);
  }

  @Test
  void sizesAreWithinTheirLimitsAndOfTheMeanTheyShouldBe() {
    byte[] bytes = new byte[64 << 20];
    new Random(4).nextBytes(bytes);
    List<Integer> ends = cut(bytes, List.of(bytes.length));
    int before = 0;
    for (int end : ends.subList(0, ends.size() - 1)) {
      assertThat(end - before).isBetween(Chunker.MIN, Chunker.MAX);
      before = end;
    }
    assertThat(bytes.length / ends.size()).isBetween(56 << 10, 72 << 10);
  }

  @Test
  void whatNeverVariesIsCutAtTheMost() {
    List<Integer> ends = cut(new byte[4 * Chunker.MAX + 1], List.of(4 * Chunker.MAX + 1));
    assertThat(ends)
        .containsExactly(
            Chunker.MAX, 2 * Chunker.MAX, 3 * Chunker.MAX, 4 * Chunker.MAX, 4 * Chunker.MAX + 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7, 8})
  void anInsertedByteChangesTheChunksAroundItAlone(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[8 << 20];
    random.nextBytes(bytes);
    int at = random.nextInt(bytes.length);
    byte[] longer = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, longer, 0, at);
    longer[at] = (byte) random.nextInt();
    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
    Set<Integer> before = chunks(bytes);
    Set<Integer> after = chunks(longer);
    after.removeAll(before);
    assertThat(after.size()).as("seed " + seed).isBetween(1, 4);
  }

  /** Where they are is part of every stored checkpoint: nothing would be found again otherwise. */
  @Test
  void boundariesStayAsTheyAre() {
    byte[] bytes = new byte[1 << 20];
    new Random(9).nextBytes(bytes);
    assertThat(cut(bytes, List.of(bytes.length))).startsWith(EXPECTED);
  }

  private static final Integer[] EXPECTED = {72343, 140255, 222667, 275298, 334876, 409966, 460892};

  private static Set<Integer> chunks(byte[] bytes) {
    Set<Integer> chunks = new HashSet<>();
    int from = 0;
    for (int end : cut(bytes, List.of(bytes.length))) {
      chunks.add(Arrays.hashCode(Arrays.copyOfRange(bytes, from, end)));
      from = end;
    }
    return chunks;
  }

  /** The ends of the chunks. */
  private static List<Integer> cut(byte[] bytes, List<Integer> blocks) {
    Chunker chunker = new Chunker();
    List<Integer> ends = new ArrayList<>();
    int from = 0;
    for (int block : blocks) {
      int to = from + block;
      for (int end = chunker.next(bytes, from, to); end >= 0; end = chunker.next(bytes, end, to)) {
        ends.add(end);
        if (end == to) {
          break;
        }
      }
      from = to;
    }
    if (ends.isEmpty() || ends.get(ends.size() - 1) < bytes.length) {
      ends.add(bytes.length);
    }
    return ends;
  }
}
