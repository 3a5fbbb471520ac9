package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.Publication;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.TaskKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A job that publishes two files, and where it does. */
abstract class PublishSetting {
  @TempDir Path directory;

  TaskWorld world;

  Path output = Path.of("");

  @BeforeEach
  void begin() {
    world = new TaskWorld(directory);
    output = directory.resolve("deep/out");
    world.job.publish = publication -> publish(publication, false, "new");
  }

  @AfterEach
  void end() {
    world.close();
  }

  void publish(Publication publication, boolean overwrite, String text) throws IOException {
    Publication.Output out = publication.output(output, overwrite);
    for (String name : List.of("b.tsv", "a.tsv")) {
      try (OutputStream file = out.create(name)) {
        file.write((text + " " + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    publication.result("files", 2);
  }

  Assignment.Builder publishing(long epoch) {
    return world.assignment(TaskKind.PUBLISH, 0, epoch);
  }

  List<String> names() throws IOException {
    if (!Files.exists(output)) {
      return List.of();
    }
    try (var files = Files.list(output)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  void assertPublished(String text) throws IOException {
    assertThat(names()).containsExactly("_SUCCESS", "a.tsv", "b.tsv");
    assertThat(output.resolve("a.tsv")).hasContent(text + " a.tsv");
    assertThat(output.resolve("b.tsv")).hasContent(text + " b.tsv");
  }
}
