package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.TestWorker.completed;
import static dev.belay.coordinator.core.TestWorker.failed;
import static dev.belay.coordinator.core.TestWorker.released;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Label;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Placement;
import dev.belay.runtime.wire.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets a partition, of those who could take it. */
class PlacementTest {
  private final TestCluster cluster = new TestCluster();
  private final List<TestWorker> workers = new ArrayList<>();

  private TestWorker worker(String name, int slots) {
    return worker(name, slots, "host-" + name);
  }

  private TestWorker worker(String name, int slots, String host, Label... labels) {
    TestWorker worker = new TestWorker(cluster, name, name + "-1", slots);
    worker.host = host;
    worker.labels = Arrays.asList(labels);
    worker.join();
    workers.add(worker);
    return worker;
  }

  private static JobSpec.Builder spec() {
    return TestCluster.spec().toBuilder();
  }

  /** A job that waits until its plan is made by whoever got it. */
  private String planned(JobSpec.Builder spec, int splits) {
    String job = cluster.submit(spec.build());
    TestWorker planner = holder(cluster.job(job).planning);
    Lease lease = Objects.requireNonNull(cluster.job(job).planning.hold).lease();
    planner.says(TestWorker.planned(lease, splits));
    return job;
  }

  private TestWorker holder(TaskRecord task) {
    String name = Objects.requireNonNull(task.hold).worker;
    return workers.stream().filter(one -> one.name.equals(name)).findFirst().orElseThrow();
  }

  private String holders(String job) {
    StringBuilder names = new StringBuilder();
    for (TaskRecord task : cluster.job(job).partitions) {
      names.append(task.hold == null ? "-" : task.hold.worker);
    }
    return names.toString();
  }

  /** Slots of a, b, c; whoever gets partitions 0, 1, 2, ... in turn. */
  @ParameterizedTest(name = "{0} with {1},{2},{3} slots: {4}")
  @CsvSource({
    // Always the first worker; or never looking at what the same decision has given away.
    "PLACEMENT_SPREAD, 2, 2, 2, abcabc",
    // Spreading over workers instead of over free slots.
    "PLACEMENT_SPREAD, 1, 3, 2, bcbacb",
    // Filling the largest first.
    "PLACEMENT_PACK, 3, 1, 2, bccaaa",
    "PLACEMENT_PACK, 2, 2, 2, aabbcc",
    // Stopping at whoever is full, or starting over at the first: a had its turn with planning.
    "PLACEMENT_ROUND_ROBIN, 1, 3, 2, bcabcb",
    // Counting slots instead of shares: c would get the first four.
    "PLACEMENT_WEIGHTED, 1, 2, 6, abcccbccc",
  })
  void eachPlacementHasItsOrder(Placement placement, int a, int b, int c, String expected) {
    worker("a", a);
    worker("b", b);
    worker("c", c);
    String job = planned(spec().setPlacement(placement), expected.length());
    assertThat(holders(job)).isEqualTo(expected);
  }

  @Test
  void amongEquallyFreeWorkersItGoesToTheHostWithTheLeastOfTheSameJob() {
    worker("a1", 1, "a");
    worker("a2", 1, "a");
    worker("b1", 1, "b");
    worker("b2", 1, "b");
    String job = planned(spec(), 2);
    assertThat(holders(job)).isEqualTo("a1b1");
  }

  @Test
  void amongEquallyFreeWorkersItGoesBackToWhereItsCheckpointLies() {
    TestWorker a = worker("a", 1);
    TestWorker b = worker("b", 1);
    String job = planned(spec(), 1);
    Lease onA = a.partition(0);
    a.says(a.checkpoint(onA));
    // Both are free when it is given back, and b was not looked at first.
    a.says(released(onA));
    assertThat(holders(job)).isEqualTo("a");
    a.draining = true;
    a.beat();
    a.says(released(a.partition(0)));
    assertThat(holders(job)).isEqualTo("b");
    b.says(b.checkpoint(b.partition(0)));
    worker("aa", 1);
    b.says(released(b.partition(0)));
    assertThat(holders(job)).as("not the first by name").isEqualTo("b");
  }

  @Test
  void onlyWorkersWithAllRequiredLabelsGetIt() {
    worker("a", 4, "h", Labels.of("gpu", "yes"));
    worker("b", 4, "h", Labels.of("zone", "1"), Labels.of("gpu", "yes"));
    worker("c", 4, "h", Labels.of("zone", "1"), Labels.of("gpu", "no"));
    String job =
        planned(spec().addRequire(Labels.of("gpu", "yes")).addRequire(Labels.of("zone", "1")), 5);
    assertThat(holders(job)).isEqualTo("bbbb-");
    String any = planned(spec(), 1);
    assertThat(holders(any)).isIn("a", "c");
  }

  @Test
  void aWorkerThatComesBackWithOtherLabelsIsAnotherOne() {
    TestWorker a = worker("a", 2, "h", Labels.of("gpu", "yes"));
    String job = planned(spec().addRequire(Labels.of("gpu", "yes")), 3);
    assertThat(holders(job)).isEqualTo("aa-");
    workers.clear();
    TestWorker again = a.restarted();
    assertThat(again.holds).isEmpty();
    assertThat(holders(job)).isEqualTo("---");
    assertThat(cluster.describe(job).getTrouble())
        .isEqualTo(
            "no live worker has label gpu=yes; start one with 'belay worker --label gpu=yes'");
  }

  @Test
  void whatFailedOnAWorkerWaitsForAnotherOneThoughThatOneIsBusy() {
    TestWorker a = worker("a", 1);
    TestWorker b = worker("b", 1);
    String job = planned(spec(), 4);
    assertThat(holders(job)).isEqualTo("ab--");
    a.says(failed(a.partition(0), Failed.Kind.APPLICATION));
    assertThat(holders(job)).isEqualTo("-ba-");
    cluster.stall(1_500);
    workers.forEach(TestWorker::beat);
    a.says(completed(a.partition(2)));
    assertThat(holders(job)).as("a is free, but it failed there").isEqualTo("-b-a");
    b.says(completed(b.partition(1)));
    assertThat(holders(job)).isEqualTo("b--a");
  }

  @Test
  void whatFailedOnTheOnlyWorkerGoesBackThere() {
    TestWorker a = worker("a", 1);
    String job = planned(spec(), 1);
    a.says(failed(a.partition(0), Failed.Kind.APPLICATION));
    cluster.stall(1_500);
    a.beat();
    assertThat(holders(job)).isEqualTo("a");
  }

  @Test
  void elsewhereIsNotWaitedForForEver() {
    TestWorker a = worker("a", 1);
    TestWorker b = worker("b", 1);
    String job = planned(spec(), 2);
    a.says(failed(a.partition(0), Failed.Kind.APPLICATION));
    cluster.stall(900);
    workers.forEach(TestWorker::beat);
    cluster.stall(900);
    workers.forEach(TestWorker::beat);
    assertThat(holders(job)).as("b is busy").isEqualTo("-b");
    for (int i = 0; i < 20; i++) {
      cluster.stall(600);
      a.beat();
      b.beat();
    }
    assertThat(holders(job)).isEqualTo("ab");
  }

  @Test
  void slotsAreFilledBeforeQueuesAndQueuesOnlyWithWhatIsKnownToBeShort() {
    TestWorker a = new TestWorker(cluster, "a", "a-1", 1);
    a.queue = 3;
    a.join();
    workers.add(a);
    worker("b", 2);
    String job = planned(spec(), 12);
    assertThat(holders(job)).as("how long they take is not known yet").isEqualTo("bab---------");
    cluster.stall(20);
    a.says(completed(a.partition(1)));
    assertThat(holders(job)).isEqualTo("b-baaaa-----");
    assertThat(a.holds).hasSize(4);
    String other = cluster.submit(spec().build());
    assertThat(cluster.job(other).planning.hold).as("planning waits behind nobody").isNull();
    TestWorker c = worker("c", 1);
    assertThat(c.lease().getTask()).isEqualTo(cluster.job(other).planning.id());
  }

  @Test
  void aQueueIsAsLongAsItEmptiesInAFifthOfASecond() {
    TestWorker a = new TestWorker(cluster, "a", "a-1", 1);
    a.queue = 100;
    a.join();
    workers.add(a);
    planned(spec(), 40);
    cluster.stall(20);
    a.says(completed(a.lease()));
    assertThat(a.holds).as("one runs, ten wait").hasSize(11);
  }

  @Test
  void whileAThreadHangsWhereItFailedItWaitsForAMinuteForAnotherWorker() {
    TestWorker a = worker("a", 2);
    String job = planned(spec(), 1);
    a.says(failed(a.partition(0), Failed.Kind.STUCK));
    a.lingering = 1;
    int seconds = 0;
    while (holders(job).equals("-") && seconds < 100) {
      cluster.stall(500);
      a.beat();
      cluster.stall(500);
      a.beat();
      seconds++;
    }
    assertThat(seconds).as("a backoff and a minute").isBetween(60, 63);
  }
}
