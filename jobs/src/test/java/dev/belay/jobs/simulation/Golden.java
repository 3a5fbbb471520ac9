package dev.belay.jobs.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text that a test made before and a person has read. When the behaviour changes on purpose: {@code
 * mvn test -pl jobs -am -Dtest='TraceTest,TranscriptTest' -Dsurefire.failIfNoSpecifiedTests=false
 * -Dbelay.renew=true} writes it anew; read the difference.
 */
final class Golden {
  private static final Path DIRECTORY = Path.of("src/test/resources/simulation");

  private Golden() {}

  static void compare(String name, String text) throws IOException {
    Path file = DIRECTORY.resolve(name);
    if (Boolean.getBoolean("belay.renew")) {
      Files.createDirectories(DIRECTORY);
      Files.writeString(file, text);
    }
    String expected = Files.exists(file) ? Files.readString(file, UTF_8) : "";
    assertThat(text)
        .as("%s; if it changed on purpose, renew it with -Dbelay.renew=true", file)
        .isEqualTo(expected);
  }
}
