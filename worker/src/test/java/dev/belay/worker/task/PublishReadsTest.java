package dev.belay.worker.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.job.Publication;
import dev.belay.runtime.proto.Completed;
import dev.belay.runtime.proto.Completion;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.storage.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the code that publishes gets to read. */
class PublishReadsTest extends PublishSetting {
  /** Runs a partition that leaves a result and a segment. */
  private void complete(int partition) {
    world.job.run =
        task -> {
          try (OutputStream segment = task.segment("part")) {
            segment.write(("segment " + partition).getBytes(StandardCharsets.UTF_8));
          }
          task.result("count", partition * 10L);
        };
    world.run(world.assignment(TaskKind.PARTITION, partition, 1));
    Completed completed = world.reporter.last().getCompleted();
    world.reporter.completions.add(
        Completion.newBuilder()
            .setIndex(partition)
            .setResult(completed.getResult())
            .addAllSegments(completed.getSegmentsList())
            .build());
  }

  @Test
  void readsResultsAndSegmentsOfAllPartitions() {
    for (int partition = 0; partition < 5; partition++) {
      complete(partition);
    }
    List<String> seen = new ArrayList<>();
    world.job.publish =
        publication -> {
          for (int round = 0; round < 2; round++) {
            for (Publication.Completion completion : publication.completions()) {
              try (InputStream in = publication.open(completion.segments().get(0))) {
                seen.add(
                    completion.integer("count")
                        + " "
                        + new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        + " "
                        + completion.segments().get(0).length());
              }
            }
          }
        };
    world.run(publishing(1));
    assertThat(seen)
        .hasSize(10)
        .startsWith("0 segment 0 9", "10 segment 1 9", "20 segment 2 9")
        .endsWith("40 segment 4 9");
  }

  @Test
  void asksForResultsUntilTheCoordinatorIsBack() {
    complete(0);
    world.reporter.failingPages = 5;
    List<Integer> seen = new ArrayList<>();
    world.job.publish =
        publication -> publication.completions().forEach(one -> seen.add(one.partition()));
    RunningTask task = world.start(publishing(1));
    world.awaitTrue(() -> task.progress().getTrouble().contains("connection refused"));
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(seen).containsExactly(0);
    assertThat(task.progress().getTrouble()).isEmpty();
  }

  @Test
  void aSegmentThatIsDamagedIsForGood() throws IOException {
    complete(0);
    Path file =
        world.storeDirectory.resolve(
            world.reporter.completions.get(0).getSegments(0).getObject().getKey());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
    world.job.publish =
        publication -> {
          for (Publication.Completion completion : publication.completions()) {
            publication.open(completion.segments().get(0)).readAllBytes();
          }
        };
    world.run(publishing(1));
    assertThat(world.failure().getKind()).isEqualTo(Failed.Kind.PERMANENT);
  }

  @Test
  void outputIsReadThroughAnOutageOfTheStore() {
    byte[] content = new byte[24 << 20];
    new Random(5).nextBytes(content);
    world.job.run =
        task -> {
          try (OutputStream segment = task.segment("part")) {
            segment.write(content);
          }
        };
    world.run(world.assignment(TaskKind.PARTITION, 0, 1));
    world.reporter.completions.add(
        Completion.newBuilder()
            .addAllSegments(world.reporter.last().getCompleted().getSegmentsList())
            .build());
    List<byte[]> seen = new ArrayList<>();
    world.store.opens = Kind.UNAVAILABLE;
    world.job.publish =
        publication -> {
          for (Publication.Completion completion : publication.completions()) {
            try (InputStream in = publication.open(completion.segments().get(0))) {
              byte[] begin = in.readNBytes(1000);
              world.store.failingReads = 3;
              byte[] rest = in.readAllBytes();
              seen.add(begin);
              seen.add(rest);
            }
          }
        };
    RunningTask task = world.start(publishing(1));
    world.awaitTrue(() -> task.progress().getTrouble().contains("no route to host"));
    world.store.opens = null;
    world.advanceUntil(() -> task.ended().isDone());
    assertThat(world.reporter.last().hasPublished()).isTrue();
    assertThat(seen.get(0)).isEqualTo(Arrays.copyOf(content, 1000));
    assertThat(seen.get(1)).isEqualTo(Arrays.copyOfRange(content, 1000, content.length));
    assertThat(world.store.failingReads).isZero();
  }
}
