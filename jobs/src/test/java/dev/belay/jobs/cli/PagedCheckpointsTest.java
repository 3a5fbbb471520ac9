package dev.belay.jobs.cli;

import static dev.belay.jobs.cli.Ran.belay;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import dev.belay.runtime.proto.ObjectRef;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checkpoints of a job of a million partitions, most of which are done and have none. */
final class PagedCheckpointsTest {
  private static final int PARTITIONS = 1_000_000;
  private static final int LOOKS = 10_000;

  private final List<ListCheckpointsRequest> asked = new CopyOnWriteArrayList<>();
  private FakeCoordinator coordinator;

  @BeforeEach
  void start() {
    coordinator = new FakeCoordinator();
    coordinator.checkpointPages = this::page;
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  /** As the real one makes them: of the last hundred partitions each has one. */
  private ListCheckpointsReply page(ListCheckpointsRequest request) {
    asked.add(request);
    ListCheckpointsReply.Builder page =
        ListCheckpointsReply.newBuilder().setJobId("job-1").setPartitions(PARTITIONS);
    int limit = request.getLimit() == 0 ? 1_000 : request.getLimit();
    int index = request.getFromPartition();
    int end = Math.min(PARTITIONS, index + LOOKS);
    for (; index < end && page.getCheckpointsCount() < limit; index++) {
      if (index >= PARTITIONS - 100) {
        page.addCheckpoints(
            KeptCheckpoint.newBuilder()
                .setPartition(index)
                .setCheckpoint(
                    Checkpoint.newBuilder()
                        .setSequence(1)
                        .setObject(ObjectRef.newBuilder().setKey("c1/job-1/p" + index))));
      }
    }
    return (index < PARTITIONS ? page.setNextPartition(index) : page).build();
  }

  @Test
  void aScreenShowsTheFirstThereAreHoweverFarTheyAre() {
    Ran ran = belay("checkpoints", "list", "job-1", "--coordinator", coordinator.address());

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).contains("999900", "999949", "(the first 50;").doesNotContain("999950");
    assertThat(asked).hasSize(PARTITIONS / LOOKS);
  }

  @Test
  void allOfThemAreThereWhenAskedFor() {
    Ran ran =
        belay("checkpoints", "list", "job-1", "--all", "--coordinator", coordinator.address());

    assertThat(ran.out()).contains("999900", "999999").doesNotContain("the first");
  }

  @Test
  void whereThereIsNoneThatIsSaidOnce() {
    coordinator.checkpointPages = request -> page(request).toBuilder().clearCheckpoints().build();

    Ran ran = belay("checkpoints", "list", "job-1", "--coordinator", coordinator.address());

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out().lines()).hasSize(1);
  }
}
