package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.core.Lifecycle.Step;
import dev.belay.runtime.proto.PartitionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The picture of a task's life in README.md is that of the table. When the table has changed:
 * {@code mvn test -pl coordinator -am -Dtest=LifecyclePictureTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dbelay.draw=true} draws it anew.
 */
class LifecyclePictureTest {
  private static final Path README = Path.of("README.md");
  private static final String BEGIN = "<!-- drawn from Lifecycle.java -->\n";
  private static final String END = "<!-- until here -->\n";

  @Test
  void thePictureShowsTheTable() throws IOException {
    String readme = Files.readString(README);
    assertThat(readme).contains(BEGIN, END);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    if (Boolean.getBoolean("belay.draw")) {
      Files.writeString(README, readme.substring(0, begin) + picture() + readme.substring(end));
      return;
    }
    assertThat(readme.substring(begin, end))
        .as("the picture is out of date; this test says how to draw it anew")
        .isEqualTo(picture());
  }

  private static String picture() {
    StringBuilder picture = new StringBuilder("```mermaid\nstateDiagram-v2\n  [*] --> PENDING\n");
    Lifecycle.table().forEach((from, row) -> draw(from, row, picture));
    for (String end : new String[] {"SUCCEEDED", "FAILED", "CANCELLED"}) {
      picture.append("  ").append(end).append(" --> [*]\n");
    }
    return picture.append("```\n").toString();
  }

  private static void draw(
      PartitionState from, Map<Step, PartitionState> row, StringBuilder picture) {
    Map<PartitionState, String> arrows = new LinkedHashMap<>();
    row.forEach((step, to) -> arrows.merge(to, text(step), (one, other) -> one + ", " + other));
    arrows.forEach(
        (to, steps) ->
            picture
                .append("  ")
                .append(name(from))
                .append(" --> ")
                .append(name(to))
                .append(": ")
                .append(steps)
                .append('\n'));
  }

  private static String text(Step step) {
    return step.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String name(PartitionState state) {
    return state.name().substring("PARTITION_".length());
  }
}
