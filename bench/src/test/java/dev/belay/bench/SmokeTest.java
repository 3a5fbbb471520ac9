package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That no benchmark is broken: one tiny iteration of each, but for those of whole processes. */
class SmokeTest {
  @TempDir Path directory;

  static Stream<String> names() {
    return Catalogue.standard().all().stream()
        .map(Benchmark::name)
        .filter(
            name ->
                !name.startsWith("recovery")
                    && !name.equals("control")
                    && !name.equals("throughput"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void runsToItsEnd(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);

    int exitCode =
        new BenchCommand(Catalogue.standard(), stream, stream)
            .run("--smoke", name, "--dir", directory.toString());

    assertThat(exitCode).as(() -> out.toString(StandardCharsets.UTF_8)).isZero();
  }
}
