package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.job.Publication;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.Report.WhatCase;
import dev.belay.runtime.proto.StagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Publishing: staged, listed, moved into place. */
class PublishTest extends PublishSetting {
  @Test
  void stagesThenReportsThenMoves() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());

    Manifest manifest = world.reporter.last().getPrepared().getManifest();
    assertThat(names()).containsExactly(".belay-c0ffee00-test-1-1.7");
    assertThat(manifest.getFilesList())
        .extracting(StagedFile::getTarget)
        .containsExactly(
            output.resolve("b.tsv").toString(),
            output.resolve("a.tsv").toString(),
            output.resolve("_SUCCESS").toString());
    assertThat(manifest.getFilesList())
        .extracting(StagedFile::getLength)
        .containsExactly(9L, 9L, 0L);
    assertThat(manifest.getResult().getFields(0).getName()).isEqualTo("files");
    assertThat(manifest.getOverwrite()).isFalse();

    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitEnd(task);
    assertPublished("new");
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.PREPARED, WhatCase.PUBLISHED);
  }

  @Test
  void aJobWithoutOutputPublishesItsResultAlone() {
    world.job.publish = publication -> publication.result("count", 5);
    world.run(publishing(1));
    assertThat(world.reporter.kinds())
        .containsExactly(WhatCase.STARTED, WhatCase.PREPARED, WhatCase.PUBLISHED);
  }

  @Test
  void anOutputThatIsThereIsRefusedAndStaysAsItIs() throws IOException {
    world.run(publishing(1));
    world.reporter.clear();
    world.job.publish = publication -> publish(publication, false, "later");
    world.run(publishing(2));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(world.failure().getMessage()).contains(output.toString());
    assertPublished("new");
  }

  @Test
  void anOutputIsOverwrittenIfTheJobSaysSo() throws IOException {
    world.run(publishing(1));
    Files.writeString(output.resolve("other"), "x");
    world.job.publish = publication -> publish(publication, true, "later");
    world.run(publishing(2));
    assertThat(output.resolve("other")).hasContent("x");
    Files.delete(output.resolve("other"));
    assertPublished("later");
  }

  @Test
  void aFileThatIsLeftOpenIsAFailure() throws IOException {
    world.job.publish = publication -> publication.output(output, false).create("open").write(1);
    world.run(publishing(1));
    assertThat(world.failure().getMessage()).contains("open").contains("closed");
    assertThat(names()).isEmpty();
  }

  @Test
  void namesThatAreNoneAreRefused() {
    List<String> refused = new ArrayList<>();
    world.job.publish =
        publication -> {
          Publication.Output out = publication.output(output, false);
          for (String name : List.of("", ".", "..", "a/b", "../x", ".hidden", "_SUCCESS", "x\0")) {
            assertThatThrownBy(() -> out.create(name)).isInstanceOf(IllegalArgumentException.class);
            refused.add(name);
          }
          out.create("twice").close();
          assertThatThrownBy(() -> out.create("twice"))
              .isInstanceOf(IllegalArgumentException.class);
        };
    world.run(publishing(1));
    assertThat(world.reporter.last().hasPublished()).as("%s", refused).isTrue();
  }

  @Test
  void aManifestIsCarriedOutTwiceWithoutHarm() throws IOException {
    world.run(publishing(7));
    Manifest manifest = world.reporter.all().get(1).getPrepared().getManifest();
    world.run(publishing(8).setManifest(manifest));
    assertThat(world.reporter.last().hasPublished()).isTrue();
    assertPublished("new");
  }

  @Test
  void aManifestOfAnotherKindIsNotTouched() throws IOException {
    Path precious = Files.createDirectories(directory.resolve("precious"));
    world.run(
        publishing(1)
            .setManifest(Manifest.newBuilder().addStagingDirectories(precious.toString())));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
    assertThat(precious).isDirectory();
  }

  @Test
  void whatCannotBeMovedNowIsTriedAgain() throws IOException {
    world.reporter.script(report -> report.hasPrepared() ? null : Verdict.OK);
    world.job.publish = publication -> publish(publication, true, "new");
    RunningTask task = world.start(publishing(7));
    world.awaitTrue(() -> !world.reporter.held().isEmpty());
    // A directory that is not empty cannot be replaced by a file.
    Files.createDirectories(output.resolve("a.tsv/x"));
    world.reporter.held().get(0).answer(Verdict.OK);
    world.awaitTrue(() -> task.progress().getTrouble().contains("a.tsv"));
    assertThat(output.resolve("_SUCCESS")).doesNotExist();
    Files.delete(output.resolve("a.tsv/x"));
    Files.delete(output.resolve("a.tsv"));
    world.advanceUntil(() -> task.ended().isDone());
    assertPublished("new");
  }
}
