package dev.belay.runtime.job.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.job.BadInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "\n\n\n",
        "one",
        "one\n",
        "one\ntwo",
        "one\r\ntwo\r\n",
        "\r\n\r\nx\r",
        "a\rb\n\nc\r\r\n",
        "a line longer than any of the ranges\nb\n"
      })
  void everyLineIsReadOnceWhereverTheFileIsCut(String text) throws IOException {
    Path file = write("text", text);
    List<String> expected = lines(text);
    for (int first = 0; first <= text.length(); first++) {
      for (int second = first; second <= text.length(); second++) {
        List<String> read = new ArrayList<>();
        read.addAll(read(ranges(file, 0, first)));
        read.addAll(read(ranges(file, first, second)));
        read.addAll(read(ranges(file, second, text.length())));
        assertThat(read).as("cut at %d and %d", first, second).isEqualTo(expected);
      }
    }
  }

  @Test
  void goesOnAtEveryPositionAcrossFilesThatEndWithoutALineFeed() throws IOException {
    List<FileRanges.Range> parts = new ArrayList<>();
    for (String text : List.of("", "a\nbc", "", "d\r\n\ne\n", "f")) {
      Path file = write("file" + parts.size(), text);
      parts.add(range(file, 0, text.length()));
    }
    FileRanges ranges = new FileRanges(parts);
    List<String> expected = List.of("a", "bc", "d", "", "e", "f");
    assertThat(read(ranges)).isEqualTo(expected);
    try (Lines lines = Lines.open(ranges, 0)) {
      for (int i = 0; i <= expected.size(); i++) {
        assertThat(readFrom(ranges, lines.position()))
            .as("after %d lines", i)
            .isEqualTo(expected.subList(i, expected.size()));
        assertThat(lines.next()).isEqualTo(i < expected.size());
      }
      assertThat(lines.position()).isEqualTo(ranges.bytes());
      assertThat(lines.next()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomTextCutAnywhereAndStoppedAnywhere(long seed) throws IOException {
    Random random = new Random(seed);
    String text = randomText(random);
    Path file = write("text", text);
    List<String> read = new ArrayList<>();
    for (int start = 0; start < text.length(); ) {
      int end = Math.min(text.length(), start + 1 + random.nextInt(200_000));
      readInPieces(ranges(file, start, end), random, read);
      start = end;
    }
    assertThat(read).as("seed %d", seed).isEqualTo(lines(text));
  }

  @Test
  void aLineMayBeMuchLongerThanTheUsualBlock() throws IOException {
    String text = "x".repeat(Blocks.LONGEST_RECORD_BYTES - 1) + "\nshort";
    Path file = write("long", text);
    int size = text.length();
    assertThat(read(ranges(file, 0, 10))).containsExactly(text.substring(0, size - 6));
    assertThat(read(ranges(file, 10, size - 10))).isEmpty();
    assertThat(read(ranges(file, size - 10, size))).containsExactly("short");
  }

  @Test
  void aLineBeyondTheLimitIsRefusedByNameAndSkippedByTheRangesBehindItsBeginning()
      throws IOException {
    Path file = directory.resolve("endless");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Blocks.LONGEST_RECORD_BYTES + 1L);
    }
    long size = Files.size(file);
    assertThatThrownBy(() -> read(ranges(file, 0, size)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString());
    assertThat(read(ranges(file, 1, size))).isEmpty();
  }

  @Test
  void aFileThatChangedIsRefusedByName() throws IOException {
    Path file = write("text", "one\ntwo\n");
    FileRanges planned = ranges(file, 0, 8);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    refused(planned, file, "changed");

    FileRanges touched = ranges(file, 0, 8);
    Files.writeString(file, "one\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    refused(touched, file, "changed");

    Files.delete(file);
    refused(touched, file, "not there");

    Files.createDirectory(file);
    refused(touched, file, "changed");
  }

  @Test
  void aFileThatChangesWhileItIsReadIsRefusedAtTheLatestAtItsEnd() throws IOException {
    Path file = write("text", "one\ntwo\n");
    try (Lines lines = Lines.open(ranges(file, 0, 8), 0)) {
      assertThat(lines.next()).isTrue();
      Files.writeString(file, "one\ntwo\nthree\n");
      assertThatThrownBy(() -> drain(lines))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void textIsUtf8AndBytesThatAreNoneDoNoHarm() throws IOException {
    Path file = directory.resolve("bytes");
    Files.write(file, new byte[] {(byte) 0xc3, (byte) 0xa9, '\n', (byte) 0xff, 'a', 0, '\n'});
    try (Lines lines = Lines.open(ranges(file, 0, 7), 0)) {
      assertThat(lines.next()).isTrue();
      assertThat(lines.text()).isEqualTo("é");
      assertThat(lines.next()).isTrue();
      assertThat(lines.text()).isEqualTo("\ufffda\0");
      assertThat(lines.end() - lines.start()).isEqualTo(3);
    }
  }

  @Test
  void aPositionOutsideTheSplitIsRefused() throws IOException {
    FileRanges ranges = ranges(write("text", "one\n"), 0, 4);
    assertThatThrownBy(() -> Lines.open(ranges, 5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Lines.open(ranges, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void refused(FileRanges ranges, Path file, String why) {
    assertThatThrownBy(() -> read(ranges))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why);
  }

  private static void drain(Lines lines) throws IOException {
    while (lines.next()) {
      assertThat(lines.position()).isPositive();
    }
  }

  private static void readInPieces(FileRanges ranges, Random random, List<String> into)
      throws IOException {
    long position = 0;
    boolean more = true;
    while (more) {
      try (Lines lines = Lines.open(ranges, position)) {
        int budget = 1 + random.nextInt(500);
        more = lines.next();
        for (; more; more = lines.next()) {
          into.add(latin(lines));
          position = lines.position();
          if (--budget == 0) {
            break;
          }
        }
      }
    }
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    while (text.length() < 600_000) {
      int length = random.nextInt(50) == 0 ? random.nextInt(150_000) : random.nextInt(500);
      text.append(String.valueOf((char) ('a' + random.nextInt(26))).repeat(length));
      text.append(random.nextBoolean() ? "\n" : "\r\n");
    }
    return text.toString();
  }

  /** As a person would say it. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (int start = 0; start < text.length(); ) {
      int end = text.indexOf('\n', start);
      String line = text.substring(start, end < 0 ? text.length() : end);
      lines.add(end >= 0 && line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
      start = end < 0 ? text.length() : end + 1;
    }
    return lines;
  }

  private static List<String> read(FileRanges ranges) throws IOException {
    return readFrom(ranges, 0);
  }

  private static List<String> readFrom(FileRanges ranges, long position) throws IOException {
    List<String> read = new ArrayList<>();
    try (Lines lines = Lines.open(ranges, position)) {
      while (lines.next()) {
        read.add(latin(lines));
      }
    }
    return read;
  }

  private static String latin(Lines lines) {
    return new String(lines.bytes(), lines.start(), lines.end() - lines.start(), ISO_8859_1);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text, ISO_8859_1);
  }

  private static FileRanges ranges(Path file, long start, long end) throws IOException {
    return new FileRanges(List.of(range(file, start, end)));
  }

  private static FileRanges.Range range(Path file, long start, long end) throws IOException {
    return new FileRanges.Range(
        file, start, end, Files.size(file), Files.getLastModifiedTime(file).toMillis());
  }
}
