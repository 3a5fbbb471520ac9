package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.core.Lifecycle.Step;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.PartitionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The pictures of a task's and of a job's life in README.md are those of the tables. When a table
 * has changed: {@code mvn test -pl coordinator -am -Dtest=LifecyclePictureTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dbelay.draw=true} draws them anew.
 */
class LifecyclePictureTest {
  private static final Path README = Path.of("README.md");
  private static final String END = "<!-- until here -->\n";

  @Test
  void thePictureShowsTheTable() throws IOException {
    Map<PartitionState, Map<PartitionState, List<Step>>> arrows = new LinkedHashMap<>();
    Lifecycle.table()
        .forEach((from, row) -> row.forEach((step, to) -> arrow(arrows, from, to, step)));
    draw("Lifecycle.java", picture("PARTITION_", "PENDING", arrows, "SUCCEEDED"));
  }

  @Test
  void thePictureOfAJobShowsItsTable() throws IOException {
    Map<JobState, Map<JobState, List<JobLifecycle.Step>>> arrows = new LinkedHashMap<>();
    JobLifecycle.table()
        .forEach(
            (from, row) ->
                row.forEach((step, all) -> all.forEach(to -> arrow(arrows, from, to, step))));
    draw("JobLifecycle.java", picture("JOB_", "PENDING", arrows, "SUCCEEDED"));
  }

  private static <S, T> void arrow(Map<S, Map<S, List<T>>> arrows, S from, S to, T step) {
    arrows
        .computeIfAbsent(from, s -> new LinkedHashMap<>())
        .computeIfAbsent(to, s -> new ArrayList<>())
        .add(step);
  }

  private static void draw(String table, String picture) throws IOException {
    String readme = Files.readString(README);
    String mark = "<!-- drawn from " + table + " -->\n";
    assertThat(readme).contains(mark, END);
    int begin = readme.indexOf(mark) + mark.length();
    int end = readme.indexOf(END, begin);
    if (Boolean.getBoolean("belay.draw")) {
      Files.writeString(README, readme.substring(0, begin) + picture + readme.substring(end));
      return;
    }
    assertThat(readme.substring(begin, end))
        .as("the picture is out of date; this test says how to draw it anew")
        .isEqualTo(picture);
  }

  private static <S extends Enum<S>, T extends Enum<T>> String picture(
      String prefix, String first, Map<S, Map<S, List<T>>> arrows, String last) {
    StringBuilder picture =
        new StringBuilder("```mermaid\nstateDiagram-v2\n  [*] --> " + first + "\n");
    arrows.forEach(
        (from, row) ->
            row.forEach(
                (to, steps) ->
                    picture
                        .append("  ")
                        .append(from.name().substring(prefix.length()))
                        .append(" --> ")
                        .append(to.name().substring(prefix.length()))
                        .append(": ")
                        .append(
                            steps.stream()
                                .map(LifecyclePictureTest::text)
                                .collect(Collectors.joining(", ")))
                        .append('\n')));
    return picture.append("  ").append(last).append(" --> [*]\n```\n").toString();
  }

  private static String text(Enum<?> step) {
    return step.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
