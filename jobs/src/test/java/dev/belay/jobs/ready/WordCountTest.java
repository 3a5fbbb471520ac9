package dev.belay.jobs.ready;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.input.Blocks;
import dev.belay.runtime.job.input.FileRanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordCountTest {
  @TempDir Path temporary;
  private Path input;
  private Path output;

  @BeforeEach
  void directories() throws IOException {
    input = Files.createDirectory(temporary.resolve("input"));
    output = temporary.resolve("made/on/the/way");
  }

  @Test
  void countsWordsSortedByTheirBytes() throws Exception {
    write("b.txt", "The quick-brown fox; the FOX's den.\n");
    write("a.txt", "den9fox\r\n\tZebra");
    Map<String, Object> result = harness().run();
    assertThat(table()).isEqualTo("brown\t1\nden\t2\nfox\t3\nquick\t1\ns\t1\nthe\t2\nzebra\t1\n");
    assertThat(result)
        .containsEntry("words", 11L)
        .containsEntry("distinct", 7L)
        .containsEntry("files", 2L)
        .containsEntry("output", output.resolve("wordcount.tsv").toString());
  }

  @Test
  void aWordIsCountedOnceWhereverTheFileIsCut() throws Exception {
    Path file = write("text", "ab, abc;x  Longer-ab\nfoo");
    long size = Files.size(file);
    for (long first = 0; first <= size; first++) {
      for (long second = first; second <= size; second++) {
        List<FileRanges> splits =
            List.of(
                ranges(file, 0, first), ranges(file, first, second), ranges(file, second, size));
        harness().run(splits);
        assertThat(table())
            .as("cut at %d and %d", first, second)
            .isEqualTo("ab\t2\nabc\t1\nfoo\t1\nlonger\t1\nx\t1\n");
      }
    }
  }

  @Test
  void aWordMayCrossManyRanges() throws Exception {
    write("text", "a " + "x".repeat(90) + " b" + "y".repeat(30));
    harness().partitions(124).run();
    assertThat(table()).isEqualTo("a\t1\nb" + "y".repeat(30) + "\t1\n" + "x".repeat(90) + "\t1\n");
  }

  @Test
  void wordsAreNotJoinedAcrossFilesThatShareASplit() throws Exception {
    write("1", "one");
    write("2", "two");
    write("3", "");
    write("4", "three");
    harness().partitions(1).run();
    assertThat(table()).isEqualTo("one\t1\nthree\t1\ntwo\t1\n");
  }

  @Test
  void anyOtherByteSeparatesWords() throws Exception {
    StringBuilder text = new StringBuilder();
    for (char value = 0; value < 256; value++) {
      if (!(value >= 'A' && value <= 'Z') && !(value >= 'a' && value <= 'z')) {
        text.append("Xy").append(value);
      }
    }
    write("text", text.toString());
    harness().run();
    assertThat(table()).isEqualTo("xy\t204\n");
  }

  @Test
  void aHugeWordIsAWord() throws Exception {
    String huge = "Q".repeat(3_000_000);
    write("huge", huge);
    write("more", "a " + huge + "r " + huge + "\n" + huge + " z");
    harness().partitions(5).run();
    String q = huge.toLowerCase(Locale.ROOT);
    assertThat(table().equals("a\t1\n" + q + "\t3\n" + q + "r\t1\nz\t1\n")).isTrue();
  }

  @Test
  void aWordBeyondAllMeasureIsRefusedByName() throws Exception {
    Path file = write("endless", "e".repeat(Blocks.LONGEST_RECORD_BYTES + 1));
    assertThatThrownBy(() -> harness().partitions(3).run())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void tenThousandSmallFiles() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      write(i % 100 + "/" + i, "every file says " + "abcdefghij".charAt(i % 10));
    }
    Map<String, Object> result = harness().partitions(4).run();
    assertThat(result).containsEntry("files", 10_000L).containsEntry("words", 40_000L);
    assertThat(table()).startsWith("a\t1000\nb\t1000\n").contains("every\t10000\nf\t1000\n");
  }

  @Test
  void nothingToCountIsAnEmptyOutput() throws Exception {
    assertThat(harness().run()).containsEntry("words", 0L).containsEntry("files", 0L);
    assertThat(table()).isEmpty();
    assertThat(output.resolve("_SUCCESS")).isEmptyFile();
    write("empty", "");
    write("none", "1234 -- \0\0");
    assertThat(harness().run()).containsEntry("distinct", 0L).containsEntry("files", 2L);
    assertThat(table()).isEmpty();
  }

  @Test
  void linksAreNotFollowed() throws Exception {
    write("real", "word");
    Files.createSymbolicLink(input.resolve("link"), input.resolve("real"));
    Files.createSymbolicLink(input.resolve("up"), temporary);
    harness().run();
    assertThat(table()).isEqualTo("word\t1\n");
  }

  @Test
  void aFileThatMayNotBeReadIsNamed() throws Exception {
    Path closed = write("sub/closed", "words");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(closed), "root may read everything");
    assertThatThrownBy(() -> harness().run())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(closed.toString());
  }

  @Test
  void crashesAndSpillsChangeNothing() throws Exception {
    int crashes = 0;
    for (long seed = 1; seed <= 120; seed++) {
      Random random = new Random(seed);
      Path corpus = temporary.resolve("corpus" + seed);
      Map<String, Long> expected = RandomCorpus.write(corpus, random);
      WordCount job = new WordCount(random.nextBoolean() ? 200 + random.nextInt(5000) : 1 << 20, 1);
      JobHarness harness = new JobHarness(job, given(corpus), random, 25);
      if (random.nextInt(4) > 0) {
        harness.partitions(1 + random.nextInt(25));
      }
      Map<String, Object> result = harness.run();
      assertThat(table()).as("seed %d", seed).isEqualTo(text(expected));
      long words = expected.values().stream().mapToLong(Long::longValue).sum();
      assertThat(result).as("seed %d", seed).containsEntry("words", words);
      crashes += harness.crashes();
    }
    assertThat(crashes).isGreaterThan(400);
  }

  private static String text(Map<String, Long> counts) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(counts).forEach((word, count) -> text.append(word + "\t" + count + "\n"));
    return text.toString();
  }

  private JobHarness harness() {
    return new JobHarness(new WordCount(), given(input), new Random(1), 0);
  }

  private Map<String, String> given(Path from) {
    return Map.of("input", from.toString(), "output", output.toString(), "overwrite", "true");
  }

  private String table() throws IOException {
    return Files.readString(output.resolve("wordcount.tsv"), ISO_8859_1);
  }

  private Path write(String name, String text) throws IOException {
    Path file = input.resolve(name);
    Files.createDirectories(input.resolve(name + "/..").normalize());
    return Files.writeString(file, text, ISO_8859_1);
  }

  private static FileRanges ranges(Path file, long start, long end) throws IOException {
    List<FileRanges.Range> ranges = new ArrayList<>();
    ranges.add(
        new FileRanges.Range(
            file, start, end, Files.size(file), Files.getLastModifiedTime(file).toMillis()));
    return new FileRanges(ranges);
  }
}
