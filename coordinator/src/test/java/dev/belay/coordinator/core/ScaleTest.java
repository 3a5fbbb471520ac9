package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Tick;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A million partitions cost what is done with them, and records stay small. */
class ScaleTest {
  private static final int MILLION = 1_000_000;

  /** What the journal takes as one record. */
  private static final int RECORD_BYTES = 12 << 20;

  private final TestCluster cluster = new TestCluster().unchecked();

  @Test
  @Timeout(60)
  void decisionsDoNotWalkThroughAMillionWaitingPartitions() {
    TestWorker a = TestWorker.joined(cluster, "a", 8);
    cluster.submit(TestCluster.spec());
    String job = a.plans(MILLION);
    assertThat(a.holds).hasSize(8);
    for (int i = 0; i < 2_000; i++) {
      a.says(TestWorker.completed(a.holds.keySet().iterator().next()));
    }
    assertThat(cluster.job(job).succeeded).isEqualTo(2_000);
    Core restored = TestCluster.fresh();
    cluster.core.snapshot(restored::restore);
    Invariants.check(restored.state());
    cluster.cancel(job);
    assertThat(cluster.job(job).state).isEqualTo(JobState.JOB_CANCELLED);
    Invariants.check(cluster.core.state());
  }

  @Test
  @Timeout(60)
  void aMillionThatNobodyHasTheCodeOfCostNothing() {
    TestWorker a = TestWorker.joined(cluster, "a", 8);
    cluster.submit(TestCluster.spec());
    a.plans(MILLION);
    a.breaks();
    TestWorker b = new TestWorker(cluster, "b", "b-1", 8);
    b.stream = cluster.open(b);
    cluster.deliver(
        b.stream, FromWorker.newBuilder().setHello(b.hello().clearJobs().addJobs("other")).build());
    for (int i = 0; i < 20_000; i++) {
      cluster.tick();
    }
    cluster.submit(JobSpec.newBuilder().setJob("other").build());
    assertThat(b.holds).hasSize(1);
  }

  @Test
  void aSmallWeightsListOfAMillionFitsARecord() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    cluster.submit(TestCluster.spec());
    var report = TestWorker.planned(a.lease(), MILLION);
    for (int i = 0; i < MILLION; i++) {
      report.getPlannedBuilder().addWeights(i * 1_000);
    }
    List<Event> written = cluster.batch(a.saying(report.build()));
    assertThat(bytes(written)).isLessThan(RECORD_BYTES);
  }

  @Test
  void manyWorkersComeAndGoInRecordsThatFit() {
    List<TestWorker> workers = new ArrayList<>();
    TestWorker first = TestWorker.joined(cluster, "first", 1);
    cluster.submit(TestCluster.spec());
    first.plans(MILLION);
    String name = "\u20ac".repeat(60);
    var joins = new ArrayList<Command>();
    for (int i = 0; i < 20; i++) {
      TestWorker worker = new TestWorker(cluster, name + i, name + i, 1_024);
      workers.add(worker);
      joins.add(worker.joining());
    }
    List<Event> assigned = cluster.batch(joins.toArray(new Command[0]));
    assertThat(bytes(assigned)).isLessThan(RECORD_BYTES);
    cluster.tick();
    cluster.tick();
    assertThat(workers).allMatch(worker -> worker.holds.size() == 1_024);
    cluster.stall(900);
    for (int i = 0; i < 5; i++) {
      cluster.tick();
      cluster.stall(900);
    }
    long released = 0;
    for (int i = 0; i < 4; i++) {
      List<Event> lost =
          cluster.batch(cluster.command().setTick(Tick.getDefaultInstance()).build());
      assertThat(bytes(lost)).isLessThan(RECORD_BYTES);
      released += lost.stream().filter(Event::hasTaskReleased).count();
    }
    assertThat(released).isEqualTo(20 * 1_024 + 1);
    Invariants.check(cluster.core.state());
  }

  private static long bytes(List<Event> events) {
    return events.stream().mapToLong(Event::getSerializedSize).sum();
  }
}
