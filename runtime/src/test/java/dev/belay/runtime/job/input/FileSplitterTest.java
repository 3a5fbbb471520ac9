package dev.belay.runtime.job.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.belay.runtime.job.BadInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSplitterTest {
  @TempDir Path temporary;
  private Path input;
  private Path elsewhere;

  @BeforeEach
  void directories() throws IOException {
    input = Files.createDirectory(temporary.resolve("input"));
    elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
  }

  @Test
  void findsEveryRegularFileInOrderAndFollowsNoLinkBelowTheInput() throws IOException {
    Files.writeString(elsewhere.resolve("secret"), "not for us");
    write("b/z", 3);
    write("b/a", 0);
    write("a", 1);
    write(".hidden", 2);
    write("c", 4);
    Files.createSymbolicLink(input.resolve("link"), elsewhere);
    Files.createSymbolicLink(input.resolve("linked"), elsewhere.resolve("secret"));
    Files.createSymbolicLink(input.resolve("loop"), input);
    Files.createSymbolicLink(input.resolve("dangling"), input.resolve("nowhere"));

    List<FileRanges> splits = split(input, OptionalInt.empty());

    assertThat(splits).hasSize(1);
    assertThat(names(splits)).containsExactly(".hidden", "a", "b/a", "b/z", "c");
    assertThat(splits.get(0).files()).isEqualTo(5);
  }

  @Test
  void anInputThatIsItselfALinkIsFollowed() throws IOException {
    write("a", 1);
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), input);
    assertThat(names(split(link, OptionalInt.empty()))).containsExactly("a");
  }

  @Test
  void aSingleFileIsCutIntoAsManyRangesAsAsked() throws IOException {
    Path file = write("text", 100);
    List<FileRanges> splits = split(file, OptionalInt.of(7));
    assertThat(splits).hasSize(7).allSatisfy(s -> assertThat(s.bytes()).isBetween(14L, 15L));
    covers(splits, 100);
    assertThat(split(file, OptionalInt.of(1000))).hasSize(100);
  }

  @Test
  void nothingToReadIsNoSplit() throws IOException {
    Files.createDirectories(input.resolve("empty/below"));
    assertThat(split(input, OptionalInt.of(3))).isEmpty();
    write("empty/file", 0);
    List<FileRanges> splits = split(input, OptionalInt.of(3));
    assertThat(splits).hasSize(1);
    assertThat(splits.get(0).bytes()).isZero();
    assertThat(splits.get(0).files()).isEqualTo(1);
  }

  @Test
  void thousandsOfSmallFilesShareAFewSplitsWhole() throws IOException {
    for (int i = 0; i < 3000; i++) {
      write("d" + i % 7 + "/" + i, i % 5);
    }
    List<FileRanges> splits = split(input, OptionalInt.of(4));
    assertThat(splits).hasSize(4);
    assertThat(splits).allSatisfy(s -> assertThat(s.size()).isBetween(740, 760));
    assertThat(splits.stream().mapToInt(FileRanges::files).sum()).isEqualTo(3000);
    assertThat(names(splits)).hasSize(3000).doesNotHaveDuplicates();
  }

  @Test
  void defaultsGoByBytesAndGiveASmallerInputToSeveralWorkers() throws IOException {
    FileSplitter splitter = new FileSplitter(1 << 20, 8, 1 << 16);
    Path file = write("text", 100);
    assertThat(splitter.split(file, OptionalInt.empty())).hasSize(1);
    write("text", 3 << 16);
    assertThat(splitter.split(file, OptionalInt.empty())).hasSize(3);
    write("text", 1 << 20);
    assertThat(splitter.split(file, OptionalInt.empty())).hasSize(8);
    write("text", 20 << 20);
    assertThat(splitter.split(file, OptionalInt.empty())).hasSize(21);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyTreeIsCoveredOnceAndEvenly(long seed) throws IOException {
    Random random = new Random(seed);
    long bytes = 0;
    int files = 1 + random.nextInt(60);
    for (int i = 0; i < files; i++) {
      int size = random.nextInt(4) == 0 ? random.nextInt(3_000_000) : random.nextInt(40_000);
      write(random.nextInt(4) + "/" + i, size);
      bytes += size;
    }
    int partitions = 1 + random.nextInt(40);
    List<FileRanges> splits = split(input, OptionalInt.of(partitions));
    covers(splits, bytes);
    assertThat(splits.stream().mapToInt(FileRanges::files).sum()).isEqualTo(files);
    long fair = (bytes + files * 8192L) / partitions;
    assertThat(splits)
        .as("seed %d", seed)
        .hasSizeLessThanOrEqualTo(partitions)
        .allSatisfy(s -> assertThat(s.bytes()).isLessThanOrEqualTo(fair * 5 / 4 + 1));
    assertThat(ranges(split(input, OptionalInt.of(partitions)))).isEqualTo(ranges(splits));
  }

  @Test
  void aNameThatIsNoTextInThisLocaleIsFoundAgain() throws IOException {
    Path odd = Path.of(URI.create(input.toUri() + "%FF%FEodd%20%25"));
    Files.write(odd, "one\ntwo".getBytes(UTF_8));
    FileRanges split = split(input, OptionalInt.empty()).get(0);
    assertThat(split.get(0).path()).isEqualTo(odd.toRealPath());
    try (Lines lines = Lines.open(split, 0)) {
      assertThat(lines.next()).isTrue();
      assertThat(lines.text()).isEqualTo("one");
    }
  }

  @Test
  void aMissingInputIsNamed() {
    Path missing = input.resolve("missing");
    assertThatThrownBy(() -> split(missing, OptionalInt.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(missing + " does not exist");
    assertThatThrownBy(() -> split(Path.of("/dev/null"), OptionalInt.empty()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("neither a file nor a directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub/file", "sub"})
  void whatCannotBeReadIsNamed(String name) throws IOException {
    write("sub/file", 10);
    Path closed = input.resolve(name);
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(closed), "root may read everything");
      assertThatThrownBy(() -> split(input, OptionalInt.empty()))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(closed.toString());
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static List<FileRanges> split(Path input, OptionalInt partitions) throws IOException {
    return FileSplitter.STANDARD.split(input, partitions);
  }

  /** Each file's ranges follow one another from 0 to its end, and together have all the bytes. */
  private static void covers(List<FileRanges> splits, long bytes) {
    long sum = 0;
    Map<Path, Long> ends = new HashMap<>();
    Map<Path, Long> sizes = new HashMap<>();
    for (FileRanges.Range range : ranges(splits)) {
      assertThat(range.start()).isEqualTo(ends.getOrDefault(range.path(), 0L));
      ends.put(range.path(), range.end());
      sizes.put(range.path(), range.fileSize());
      sum += range.bytes();
    }
    assertThat(ends).isEqualTo(sizes);
    assertThat(sum).isEqualTo(bytes);
  }

  private static List<FileRanges.Range> ranges(List<FileRanges> splits) {
    List<FileRanges.Range> ranges = new ArrayList<>();
    for (FileRanges split : splits) {
      for (int i = 0; i < split.size(); i++) {
        ranges.add(split.get(i));
      }
    }
    return ranges;
  }

  private List<String> names(List<FileRanges> splits) throws IOException {
    Path root = input.toRealPath();
    return ranges(splits).stream().map(r -> root.relativize(r.path()).toString()).toList();
  }

  private Path write(String name, int size) throws IOException {
    Path file = input.resolve(name);
    Files.createDirectories(input.resolve(name + "/..").normalize());
    return Files.writeString(file, "x".repeat(size));
  }
}
