package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.wire.Labels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A decision costs what has changed, however many workers and jobs there are. */
class ManyWorkersTest {
  /** A cluster whose workers are all busy, with one long job and many that nobody can take. */
  private static final class Busy {
    final TestCluster cluster = new TestCluster().unchecked();
    final List<TestWorker> workers = new ArrayList<>();
    private int turn;

    Busy(int count, int blocked) {
      TestWorker first = TestWorker.joined(cluster, "w0", 2);
      workers.add(first);
      cluster.submit(TestCluster.spec());
      first.plans(200_000);
      List<Command> joins = new ArrayList<>();
      for (int i = 1; i < count; i++) {
        TestWorker worker = new TestWorker(cluster, "w" + i, "w" + i, 2);
        worker.host = "host" + i / 8;
        workers.add(worker);
        joins.add(worker.joining());
      }
      cluster.batch(joins.toArray(new Command[0]));
      cluster.tick();
      cluster.tick();
      for (int i = 0; i < blocked; i++) {
        JobSpec.Builder spec = TestCluster.spec().toBuilder();
        cluster.submit(spec.addRequire(Labels.of("n", "x" + i % 50)).build());
      }
    }

    /** A completion and a heartbeat, each a batch of its own. */
    void work() {
      TestWorker one = workers.get(turn++ * 31 % workers.size());
      Lease lease = one.holds.keySet().iterator().next();
      one.says(TestWorker.completed(lease));
      workers.get(turn * 17 % workers.size()).beat();
      cluster.stall(1);
      assertThat(one.holds).as("it has the next one").hasSize(2);
    }

    double nanosOf(int rounds) {
      long start = System.nanoTime();
      for (int i = 0; i < rounds; i++) {
        work();
      }
      return (double) (System.nanoTime() - start) / rounds;
    }
  }

  @Test
  @Timeout(120)
  void twentyTimesTheWorkersAndJobsDoNotMakeADecisionDearer() {
    Busy small = new Busy(500, 50);
    Busy large = new Busy(10_000, 1_000);
    small.nanosOf(1_000);
    large.nanosOf(1_000);
    double ratio = Double.MAX_VALUE;
    // The best of some: whatever else the machine does at the time only adds.
    for (int i = 0; i < 5; i++) {
      double few = small.nanosOf(800);
      double many = large.nanosOf(800);
      ratio = Math.min(ratio, many / few);
    }
    assertThat(ratio).isLessThan(6);
  }
}
