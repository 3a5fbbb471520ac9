package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.CauseCount;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import org.junit.jupiter.api.Test;

/** Room that a lost worker's partitions need, and cuts that would fill it. */
class LostRoomTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 1);
  private final TestWorker b = TestWorker.joined(cluster, "b", 1);
  private final TestWorker c = TestWorker.joined(cluster, "c", 1);

  private String planned(int splits, int maxRunning) {
    JobSpec spec = TestCluster.spec().toBuilder().setMaxRunning(maxRunning).build();
    String job = cluster.submit(spec);
    (!a.holds.isEmpty() ? a : !b.holds.isEmpty() ? b : c).plans(splits);
    return job;
  }

  private static int index(TestWorker worker) {
    return worker.lease().getTask().getIndex();
  }

  /** A tenth of the work in half a second, for whoever holds something and is connected. */
  private void work(int from, int rounds) {
    for (int i = from; i < from + rounds; i++) {
      for (TestWorker worker : new TestWorker[] {a, b, c}) {
        if (worker.connected() && !worker.holds.isEmpty()) {
          worker.beats(worker.lease(), i, 100);
        } else if (worker.connected()) {
          worker.beat();
        }
      }
      cluster.pass(100);
    }
  }

  private TestWorker idle() {
    return a.holds.isEmpty() ? a : b.holds.isEmpty() ? b : c;
  }

  private TestWorker busy() {
    return !a.holds.isEmpty() ? a : b;
  }

  @Test
  void nothingIsCutForASlotThatALostWorkersPartitionNeeds() {
    planned(2, 0);
    TestWorker lost = busy();
    TestWorker free = idle();
    work(0, 3);
    lost.breaks();
    work(3, 2);
    assertThat(a.asked).isEmpty();
    assertThat(b.asked).isEmpty();
    assertThat(c.asked).isEmpty();
    work(5, 2);
    assertThat(free.holds).as("taken over after the grace").hasSize(1);
  }

  @Test
  void theFirstSlotThatFreesGoesToALostWorkersPartitionBeforeTailsOfCuts() {
    String job = planned(3, 0);
    int lost = index(a);
    // The tail of this cut waits: all slots are taken.
    assertThat(b.says(b.split(b.lease()))).isEqualTo(Verdict.OK);
    assertThat(cluster.job(job).partitions).hasSize(4);
    assertThat(cluster.job(job).ready.ready()).isEqualTo(1);
    a.breaks();
    cluster.pass(400);
    assertThat(c.says(c.completes(c.lease()))).isEqualTo(Verdict.OK);
    assertThat(index(c)).isEqualTo(lost);
    assertThat(c.says(c.completes(c.lease()))).isEqualTo(Verdict.OK);
    assertThat(index(c)).as("then the tail").isEqualTo(3);
  }

  @Test
  void whatWasPlannedGoesFirstSinceTheLostWorkerMayWellBeWorkingOn() {
    planned(4, 0);
    a.breaks();
    cluster.pass(400);
    assertThat(c.says(c.completes(c.lease()))).isEqualTo(Verdict.OK);
    assertThat(index(c)).isEqualTo(3);
  }

  // ---- how often

  @Test
  void aCutIsNoAttempt() {
    String job = planned(1, 0);
    for (int i = 0; i < 3; i++) {
      Lease head = busy().partition(0);
      TestWorker holder = busy();
      assertThat(holder.says(holder.split(head))).isEqualTo(Verdict.OK);
      cluster.pass(50);
    }
    assertThat(cluster.describe(job).getPartitions(0).getAttempts()).isEqualTo(1);
    assertThat(cluster.describe(job).getPartitions(0).getEndingsList())
        .containsExactly(CauseCount.newBuilder().setCause(Cause.SPLIT).setCount(3).build());
  }

  @Test
  void aJobIsNotCutWithoutEnd() {
    String job = planned(1, 0);
    JobRecord record = cluster.job(job);
    assertThat(StragglerWatch.mostCuts(record)).isEqualTo(10_064);
    TestWorker holder = busy();
    assertThat(holder.says(holder.split(holder.partition(0)))).isEqualTo(Verdict.OK);
    assertThat(record.cuts()).isEqualTo(1);
    assertThat(StragglerWatch.mostCuts(record)).as("cuts make no room for cuts").isEqualTo(10_064);
  }
}
