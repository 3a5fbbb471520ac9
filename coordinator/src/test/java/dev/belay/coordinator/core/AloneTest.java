package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.CauseCount;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A task that may be what kills its workers gets one of its own. */
class AloneTest {
  private final TestCluster cluster = new TestCluster();
  private String job = "";

  private String holder(int partition) {
    Hold hold = cluster.partition(job, partition).hold;
    return hold == null ? "-" : hold.worker;
  }

  @Test
  void itGetsAnEmptyWorkerAndNothingElseGoesThere() {
    TestWorker a = TestWorker.joined(cluster, "a", 3);
    job = cluster.submit(TestCluster.spec());
    a.plans(10);
    a.restarted().restarted();
    for (int i = 0; i < 3; i++) {
      assertThat(cluster.partition(job, i).lossesWithoutProgress).isEqualTo(2);
    }
    assertThat(holder(0)).isEqualTo("a");
    assertThat(cluster.job(job).running).as("nothing beside it").isEqualTo(1);
    TestWorker b = TestWorker.joined(cluster, "b", 3);
    assertThat(b.holds).hasSize(1);
    assertThat(holder(1)).isEqualTo("b");
  }

  /** What takes the memory of four may well do with that of one. */
  @Test
  void whatRanOutOfMemoryTwiceRunsAloneAndIsGivenUpAfterFive() {
    TestWorker a = TestWorker.joined(cluster, "a", 4);
    job = cluster.submit(TestCluster.spec());
    a.plans(1, false);
    Failed memory =
        Failed.newBuilder()
            .setKind(Failed.Kind.OUT_OF_MEMORY)
            .setMessage("out of memory (Java heap space)")
            .build();
    for (int time = 1; time <= 5; time++) {
      assertThat(cluster.partition(job, 0).runsAlone()).as("time %s", time).isEqualTo(time > 2);
      a.says(Report.newBuilder().setLease(a.lease()).setFailed(memory));
      for (int i = 0; i < 20; i++) {
        cluster.pass(500);
        a.beat();
      }
    }
    assertThat(cluster.describe(job).getSummary().getError())
        .contains("failed 5 times without progress", "on worker a", "out of memory");
    assertThat(cluster.describe(job).getPartitions(0).getEndingsList())
        .containsExactly(CauseCount.newBuilder().setCause(Cause.NO_MEMORY).setCount(5).build());
  }

  @Test
  void progressEndsItsSolitude() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    job = cluster.submit(TestCluster.spec());
    a.plans(4);
    a.restarted();
    TestWorker third = new TestWorker(cluster, "a", "a-3", 3);
    third.join();
    Lease alone = third.lease();
    assertThat(alone.getTask().getIndex()).isEqualTo(0);
    third.says(third.checkpoint(alone));
    assertThat(third.holds).hasSize(3).containsKey(alone);
  }

  @Test
  void ifNoWorkerIsEmptyOneIsKeptFreeUntilItIs() {
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    job = cluster.submit(TestCluster.spec());
    b.plans(100);
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    int index = a.lease().getTask().getIndex();
    TestWorker third = a.restarted().restarted();
    assertThat(third.lease().getTask().getIndex()).isEqualTo(index);
    third.breaks();
    for (int i = 0; i < 30; i++) {
      cluster.pass(200);
      b.beat();
    }
    assertThat(cluster.partition(job, index).lossesWithoutProgress).isEqualTo(3);
    assertThat(holder(index)).isEqualTo("-");
    b.says(completed(b.holds.keySet().iterator().next()));
    assertThat(b.holds).as("kept free").hasSize(1);
    Lease last = b.lease();
    b.says(completed(last));
    assertThat(holder(index)).isEqualTo("b");
    assertThat(b.holds).hasSize(1);
    b.says(completed(b.lease()));
    assertThat(b.holds).as("free for all again").hasSize(2);
  }

  @Test
  void whoIsKeptFreeForItMakesRoomAfterAWhile() {
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    job = cluster.submit(TestCluster.spec());
    b.plans(100);
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    int index = a.lease().getTask().getIndex();
    TestWorker third = a.restarted().restarted();
    third.breaks();
    for (int i = 0; i < 30; i++) {
      cluster.pass(200);
      b.beat();
    }
    b.says(completed(b.holds.keySet().iterator().next()));
    for (int i = 0; i < 200; i++) {
      cluster.pass(200);
      b.beat();
    }
    assertThat(b.yields).as("what runs for hours is asked to yield").contains(b.lease());
    b.says(TestWorker.released(b.lease()));
    assertThat(holder(index)).isEqualTo("b");
  }

  @Test
  void aLeaseOnABrokenConnectionIsTakenAwayOnlyForAnEmptyWorker() {
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    job = cluster.submit(TestCluster.spec());
    b.plans(3);
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    int index = a.lease().getTask().getIndex();
    TestWorker again = a.restarted();
    b.says(completed(b.holds.keySet().iterator().next()));
    again.breaks();
    cluster.pass(400);
    assertThat(Objects.requireNonNull(cluster.partition(job, index).hold).worker)
        .as("one more loss, and it must run alone: b is not empty")
        .isEqualTo("a");
    TestWorker c = TestWorker.joined(cluster, "c", 4);
    assertThat(c.holds).hasSize(1);
    assertThat(holder(index)).isEqualTo("c");
  }

  @Test
  void oneWorkerInFourIsKeptFreeWhereSeveralMustRunAlone() {
    List<TestWorker> busy = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      busy.add(TestWorker.joined(cluster, "busy" + i, 2));
    }
    job = cluster.submit(TestCluster.spec());
    busy.stream().filter(one -> !one.holds.isEmpty()).findFirst().orElseThrow().plans(100);
    TestWorker a = TestWorker.joined(cluster, "a", 4);
    assertThat(a.restarted().restarted().holds).as("one alone, three wait").hasSize(1);
    for (TestWorker worker : busy) {
      worker.says(completed(worker.holds.keySet().iterator().next()));
    }
    assertThat(busy).extracting(worker -> worker.holds.size()).containsExactly(1, 1, 2, 2, 2, 2, 2);
  }

  @Test
  void whatIsCancelledOrWaitsBehindAHigherPriorityKeepsNobodyFree() {
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    job = cluster.submit(TestCluster.spec());
    b.plans(100);
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    a.restarted().restarted().breaks();
    for (int i = 0; i < 30; i++) {
      cluster.pass(200);
      b.beat();
    }
    b.says(completed(b.holds.keySet().iterator().next()));
    assertThat(b.holds).as("kept free").hasSize(1);
    cluster.submit(TestCluster.spec().toBuilder().setPriority(1).build());
    assertThat(b.holds).as("the urgent one does not wait for that").hasSize(2);
  }

  @Test
  void whoIsKeptFreeIsFreeForAllAgainOnceAnEmptyWorkerCame() {
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    job = cluster.submit(TestCluster.spec());
    b.plans(100);
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    int index = a.lease().getTask().getIndex();
    a.restarted().restarted().breaks();
    for (int i = 0; i < 30; i++) {
      cluster.pass(200);
      b.beat();
    }
    b.says(completed(b.holds.keySet().iterator().next()));
    assertThat(b.holds).as("kept free").hasSize(1);
    TestWorker.joined(cluster, "c", 1);
    assertThat(holder(index)).isEqualTo("c");
    cluster.tick();
    assertThat(b.holds).hasSize(2);
  }
}
