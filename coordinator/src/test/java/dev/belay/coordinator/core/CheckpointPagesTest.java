package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.CheckpointCommitted;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import dev.belay.runtime.proto.ObjectRef;
import dev.belay.runtime.proto.Segment;
import dev.belay.runtime.proto.TaskAssigned;
import dev.belay.runtime.proto.TaskId;
import dev.belay.runtime.proto.TaskKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checkpoints are listed in pages, each of which costs what is in it: each once, at any size. */
class CheckpointPagesTest {
  private static final int MILLION = 1_000_000;

  private final TestCluster cluster = new TestCluster().unchecked();
  private final TestWorker a = TestWorker.joined(cluster, "a", 8);
  private final String job = cluster.submit(TestCluster.spec());

  private ListCheckpointsRequest.Builder from(ListCheckpointsReply page) {
    return ListCheckpointsRequest.newBuilder()
        .setJob(job)
        .setFromPartition(page.getNextPartition())
        .setFromPlace(page.getNextPlace());
  }

  private ListCheckpointsReply ask(ListCheckpointsRequest.Builder request) {
    return (ListCheckpointsReply)
        requireNonNull(cluster.ask(cluster.command().setListCheckpoints(request)));
  }

  /** Page after page, each within these limits. */
  private List<ListCheckpointsReply> pages(int limit) {
    List<ListCheckpointsReply> pages = new ArrayList<>();
    ListCheckpointsReply page = ListCheckpointsReply.getDefaultInstance();
    do {
      page = ask(from(page).setLimit(limit));
      assertThat(page.getCheckpointsCount()).isLessThanOrEqualTo(limit);
      pages.add(page);
    } while (page.hasNextPartition());
    return pages;
  }

  private static List<String> names(List<ListCheckpointsReply> pages) {
    List<String> names = new ArrayList<>();
    for (ListCheckpointsReply page : pages) {
      for (KeptCheckpoint kept : page.getCheckpointsList()) {
        names.add(kept.getPartition() + "/" + kept.getCheckpoint().getSequence());
      }
    }
    return names;
  }

  /** A checkpoint of a partition anywhere, as the journal would tell of it. */
  private void commit(int partition, int segments) {
    TaskRecord task = cluster.partition(job, partition);
    Lease lease =
        Lease.newBuilder()
            .setTask(
                TaskId.newBuilder().setJob(job).setKind(TaskKind.PARTITION).setIndex(partition))
            .setEpoch(Epochs.of(1, task.epochCounter + (task.leased() ? 0 : 1)))
            .build();
    if (!task.leased()) {
      apply(
          Event.newBuilder()
              .setTaskAssigned(
                  TaskAssigned.newBuilder()
                      .setLease(lease)
                      .setWorker(a.name)
                      .setIncarnation(a.incarnation)));
    }
    CheckpointCommitted.Builder committed = CheckpointCommitted.newBuilder().setLease(lease);
    committed.setCheckpoint(a.checkpoint("c1/" + job, lease, task.lastSequence + 1));
    for (int i = 0; i < segments; i++) {
      committed
          .getCheckpointBuilder()
          .addSegments(
              Segment.newBuilder().setObject(ObjectRef.newBuilder().setKey("c1/" + job + "/" + i)));
    }
    apply(Event.newBuilder().setCheckpointCommitted(committed));
  }

  private void apply(Event.Builder event) {
    cluster.core.apply(event.setMillis(cluster.now().wallMillis()).build());
  }

  @Test
  @Timeout(60)
  void aMillionPartitionsAreNotLookedThroughInOneDecision() {
    a.plans(MILLION);
    commit(0, 0);
    commit(MILLION / 2, 0);
    commit(MILLION - 1, 0);

    List<ListCheckpointsReply> pages = pages(1_000);

    assertThat(names(pages)).containsExactly("0/1", "500000/1", "999999/1");
    assertThat(pages).hasSizeBetween(100, 110);
    int next = 0;
    for (ListCheckpointsReply page : pages.subList(0, pages.size() - 1)) {
      assertThat(page.getNextPartition() - next).isBetween(1, 10_001);
      next = page.getNextPartition();
    }
  }

  @Test
  void eachIsThereOnceInOrderWhereverAPageEnds() {
    a.plans(40);
    for (int partition = 0; partition < 40; partition++) {
      for (int i = 0; i <= partition % 4; i++) {
        commit(partition, 0);
      }
    }
    List<String> all = names(pages(10_000));
    assertThat(all).hasSize(10 * (1 + 2 + 3 + 3)).doesNotHaveDuplicates();
    assertThat(all).startsWith("0/1", "1/2", "1/1", "2/3", "2/2", "2/1", "3/4", "3/3", "3/2");
    for (int limit : new int[] {1, 2, 7, 89}) {
      assertThat(names(pages(limit))).isEqualTo(all);
    }
  }

  /** Whoever asks for the newest must not take a partition that lost all for one that had none. */
  @Test
  void theNewestIsOneThatServesAndWhereNoneDoesOneThatDoesNot() {
    a.plans(1);
    a.says(a.checkpoint(a.partition(0)));
    a.says(a.checkpoint(a.partition(0)));
    a.says(TestWorker.released(a.partition(0)));
    Lease lease = a.partition(0);
    a.says(TestWorker.unusable(lease, 2));
    ListCheckpointsReply newest =
        ask(ListCheckpointsRequest.newBuilder().setJob(job).setNewest(true));
    assertThat(names(List.of(newest))).containsExactly("0/1");
    assertThat(newest.getCheckpoints(0).getUnusable()).isEmpty();

    a.says(TestWorker.unusable(lease, 1));
    newest = ask(ListCheckpointsRequest.newBuilder().setJob(job).setNewest(true));
    assertThat(names(List.of(newest))).containsExactly("0/2");
    assertThat(newest.getCheckpoints(0).getUnusable()).isNotEmpty();
  }

  @Test
  void aPageEndsAfterAMegabyte() {
    a.plans(200);
    for (int partition = 0; partition < 200; partition++) {
      commit(partition, 1_000);
    }
    ListCheckpointsRequest.Builder whole =
        ListCheckpointsRequest.newBuilder().setJob(job).setLimit(10_000).setWhole(true);
    List<ListCheckpointsReply> pages = new ArrayList<>();
    do {
      pages.add(ask(whole));
      ListCheckpointsReply last = pages.get(pages.size() - 1);
      assertThat(last.getSerializedSize()).isLessThan(2 << 20);
      whole.setFromPartition(last.getNextPartition()).setFromPlace(last.getNextPlace());
    } while (pages.get(pages.size() - 1).hasNextPartition());
    assertThat(names(pages)).hasSize(200).doesNotHaveDuplicates();
    assertThat(pages).hasSizeGreaterThan(2);
    assertThat(pages(10_000)).as("how many there are, in place of the lists").hasSize(1);
  }
}
