package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Stragglers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who of several is asked to be cut, or begun a second time, where there is room for some. */
class StragglersTest {
  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 3);
  private String job = "";

  private void planned(int splits, boolean splittable, JobSpec.Builder spec) {
    job = cluster.submit(spec.build());
    a.plans(splits, splittable);
  }

  private static JobSpec.Builder spec() {
    return TestCluster.spec().toBuilder();
  }

  /** Per mille of each partition in a second. */
  private void work(int seconds, long... each) {
    for (int i = 0; i <= seconds; i++) {
      for (int index = 0; index < each.length; index++) {
        a.beats(a.partition(index), each[index] * i, 1_000);
      }
      cluster.stall(500);
      a.beat();
      cluster.stall(500);
      cluster.tick();
    }
  }

  private List<Integer> asked() {
    List<Integer> indices = new ArrayList<>();
    a.asked.keySet().forEach(lease -> indices.add(lease.getTask().getIndex()));
    return indices;
  }

  private List<Integer> second() {
    List<Integer> indices = new ArrayList<>();
    for (TaskRecord task : cluster.job(job).partitions) {
      if (task.second != null) {
        indices.add(task.index);
      }
    }
    return indices;
  }

  @Test
  void ofThoseThatRunTheSlowestIsAskedAndNoneBesideItForOneSlot() {
    planned(2, true, spec());
    work(2, 100, 20);
    assertThat(asked()).containsExactly(1);
    work(4, 100, 20);
    assertThat(asked()).as("its tail will take the slot").containsExactly(1);
  }

  @Test
  void aJobThatMayRunNoMoreIsNotCut() {
    planned(2, true, spec().setMaxRunning(2));
    work(3, 20, 20);
    assertThat(asked()).isEmpty();
  }

  @Test
  void aJobThatMayRunOneMoreIsCutOnce() {
    planned(1, true, spec().setMaxRunning(2));
    work(3, 20);
    assertThat(asked()).containsExactly(0);
  }

  @Test
  void aLimitThatLooksNegativeIsALargeOne() {
    planned(1, true, spec().setMaxRunning(-1));
    work(3, 20);
    assertThat(asked()).containsExactly(0);
  }

  /** Two are slow, a third was through in a second. */
  private void twoAreSlow(JobSpec.Builder spec) {
    planned(3, false, spec);
    for (int index = 0; index < 3; index++) {
      a.says(TestWorker.started(a.partition(index), 0));
    }
    work(1, 10, 10, 900);
    a.says(TestWorker.completed(a.partition(2)));
    TestWorker b = TestWorker.joined(cluster, "b", 2);
    for (int i = 0; i < 5; i++) {
      a.beats(a.partition(0), 20 + 10L * i, 1_000);
      a.beats(a.partition(1), 20 + 10L * i, 1_000);
      b.beat();
      cluster.stall(500);
      a.beat();
      b.beat();
      cluster.stall(500);
      cluster.tick();
    }
  }

  @Test
  void whatCannotBeCutAndIsSlowIsBegunASecondTime() {
    twoAreSlow(spec());
    assertThat(second()).containsExactly(0, 1);
  }

  @Test
  void aJobThatMayRunOneMoreGetsOneSecondAttempt() {
    twoAreSlow(spec().setMaxRunning(3));
    assertThat(second()).containsExactly(0);
  }

  @Test
  void aJobThatWantsOnlyCutsGetsNoSecondAttempt() {
    twoAreSlow(spec().setStragglers(Stragglers.STRAGGLERS_SPLIT_ONLY));
    assertThat(second()).isEmpty();
  }

  @Test
  void whatDeclinesToBeCutIsBegunASecondTimeIfItIsSlow() {
    planned(3, true, spec());
    for (int index = 0; index < 3; index++) {
      a.says(TestWorker.started(a.partition(index), 0));
    }
    work(1, 10, 400, 900);
    a.says(TestWorker.completed(a.partition(2)));
    a.says(TestWorker.completed(a.partition(1)));
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    cluster.pass(200);
    Lease lease = a.lease();
    assertThat(a.asked).containsKey(lease);
    assertThat(second()).as("it was asked, and may say yes").isEmpty();
    a.says(TestWorker.declined(lease));
    cluster.pass(200);
    assertThat(second()).containsExactly(0);
    assertThat(b.holds).hasSize(1);
  }
}
