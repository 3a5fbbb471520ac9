package dev.belay.jobs.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.belay.runtime.job.BadInputException;
import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What wordcount says before it begins. */
class OutputDirectoryTest {
  @TempDir Path temporary;
  private Path input;
  private Path output;

  @BeforeEach
  void directories() throws IOException {
    input = Files.createDirectory(temporary.resolve("input"));
    Files.writeString(input.resolve("file"), "text");
    output = temporary.resolve("a/b/output");
  }

  @Test
  void aNewOutputIsAcceptedAndNothingIsMade() {
    check(input, output);
    check(input.resolve("file"), output);
    assertThat(temporary.resolve("a")).doesNotExist();
  }

  @Test
  void anInputThatIsMissing() {
    refused(input.resolve("none"), output, "none does not exist");
  }

  @Test
  void anOutputThatHoldsAnythingUnlessOverwritten() throws IOException {
    Files.createDirectories(output.resolve(".belay-staged-by-an-attempt"));
    check(input, output);
    for (String name : List.of("_SUCCESS", "wordcount.tsv", "unrelated")) {
      Path file = Files.createFile(output.resolve(name));
      refused(input, output, "overwrite=true");
      job().check(parameters(input, output, "true"));
      Files.delete(file);
    }
    check(input, output);
  }

  @Test
  void anOutputWithinTheInputWouldBeCounted() throws IOException {
    refused(input, input, "part of the input");
    refused(input, input.resolve("sub/output"), "part of the input");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), input);
    refused(input, link.resolve("output"), "part of the input");
    refused(link, input.resolve("output"), "part of the input");
    check(input, temporary.resolve("input2"));
  }

  @Test
  void anOutputThatWouldReplaceItsOwnInput() throws IOException {
    Path earlier = Files.writeString(temporary.resolve("wordcount.tsv"), "a\t1\n");
    assertThatThrownBy(() -> job().check(parameters(earlier, temporary, "true")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("part of the input");
  }

  @Test
  void anOutputBelowAFileOrALinkToNowhere() throws IOException {
    refused(input, input.resolve("file"), "is not a directory");
    refused(input, input.resolve("file/below"), "is not a directory");
    Path dangling = Files.createSymbolicLink(temporary.resolve("dangling"), Path.of("nowhere"));
    refused(input, dangling, "link to nowhere");
    refused(input, dangling.resolve("below"), "link to nowhere");
  }

  @Test
  void anOutputThatMayNotBeWritten() throws IOException {
    Path closed = Files.createDirectory(temporary.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(closed), "root may write everywhere");
    refused(input, closed.resolve("output"), "no permission to write to " + closed);
  }

  @Test
  void everySpellingOfAnOutputClaimsTheSame() throws IOException {
    Path real = Files.createDirectory(temporary.resolve("real"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
    List<String> claimed = job().outputs(parameters(input, real.resolve("x/y"), "false"));
    assertThat(claimed).containsExactly(real.toRealPath().resolve("x/y").toString());
    assertThat(job().outputs(parameters(input, link.resolve("x/../x/y"), "false")))
        .isEqualTo(claimed);
  }

  private static void check(Path from, Path to) {
    job().check(parameters(from, to, "false"));
  }

  private static void refused(Path from, Path to, String why) {
    assertThatThrownBy(() -> check(from, to))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("\n");
  }

  private static Job job() {
    return new WordCount();
  }

  private static Parameters parameters(Path from, Path to, String overwrite) {
    Map<String, String> given = new HashMap<>();
    given.put("input", from.toString());
    given.put("output", to.toString());
    given.put("overwrite", overwrite);
    return Parameters.of(job(), given);
  }
}
