package dev.belay.coordinator.core;

import static dev.belay.runtime.proto.PartitionState.PARTITION_PENDING;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.PartitionDescription;
import dev.belay.runtime.proto.Released.Why;
import dev.belay.runtime.proto.Signs;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Workers that cannot use the store: one of several, and all of them. */
class StoreReachTest {
  private static final String TROUBLE = "the credentials are wrong: check AWS_PROFILE";

  private final TestCluster cluster = new TestCluster();

  private WorkerDescription shown(TestWorker worker) {
    var reply =
        cluster.ask(cluster.command().setListWorkers(ListWorkersRequest.getDefaultInstance()));
    return ((ListWorkersReply) requireNonNull(reply))
        .getWorkersList().stream()
            .filter(it -> it.getId().equals(worker.name))
            .findFirst()
            .orElseThrow();
  }

  /** What has not begun there waits from now on. */
  private static void cutOff(TestWorker worker) {
    worker.signs = Signs.newBuilder().setStore(TROUBLE).build();
  }

  private static void back(TestWorker worker) {
    worker.signs = Signs.getDefaultInstance();
    worker.awaitsStore.clear();
  }

  private static void started(TestWorker worker) {
    worker.holds.keySet().forEach(lease -> worker.says(TestWorker.started(lease, 0)));
  }

  private void seconds(int count, TestWorker... workers) {
    for (int i = 0; i < 2 * count; i++) {
      cluster.pass(500);
      for (TestWorker worker : workers) {
        worker.beat();
        for (Lease asked : List.copyOf(worker.yields)) {
          if (worker.awaitsStore.remove(asked)) {
            assertThat(worker.says(TestWorker.released(asked, Why.DRAINS))).isEqualTo(Verdict.OK);
            worker.yields.remove(asked);
          }
        }
      }
    }
  }

  private List<PartitionDescription> partitions(String job) {
    return cluster.describe(job).getPartitionsList();
  }

  @Test
  void itGetsNothingNewWhileOthersCan() {
    TestWorker bad = TestWorker.joined(cluster, "bad", 4);
    TestWorker good = TestWorker.joined(cluster, "good", 4);
    cutOff(bad);
    bad.beat();
    assertThat(shown(bad).getState()).isEqualTo(WorkerState.NO_STORE);
    assertThat(shown(bad).getReason()).isEqualTo(TROUBLE);

    cluster.submit(TestCluster.spec());
    good.plans(6);
    assertThat(good.holds).hasSize(4);
    assertThat(bad.holds).isEmpty();

    back(bad);
    bad.beat();
    assertThat(shown(bad).getState()).isEqualTo(WorkerState.LIVE);
    assertThat(bad.holds).hasSize(2);
  }

  /** With short partitions, each of which troubles nobody for long, it would else be nowhere. */
  @Test
  void theJobsOfItsPartitionsTellOfIt() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    String job = cluster.submit(TestCluster.spec());
    (a.holds.isEmpty() ? b : a).plans(2);
    String other = cluster.submit(TestCluster.spec());
    assertThat(cluster.describe(job).getStoreTrouble()).isEmpty();
    cutOff(a);
    cutOff(b);
    a.beat();
    b.beat();
    assertThat(cluster.describe(job).getStoreTrouble()).isEqualTo("a, b cannot use it: " + TROUBLE);
    assertThat(cluster.describe(other).getStoreTrouble()).as("nobody is at it").isEmpty();
    back(a);
    a.beat();
    assertThat(cluster.describe(job).getStoreTrouble()).isEqualTo("b cannot use it: " + TROUBLE);
    back(b);
    b.beat();
    assertThat(cluster.describe(job).getStoreTrouble()).isEmpty();
  }

  /** Else the one that the job lacks would be named nowhere, as soon as it has nothing left. */
  @Test
  void aJobTellsOfOneThatIsSetAsideToo() {
    TestWorker bad = TestWorker.joined(cluster, "bad", 2);
    TestWorker good = TestWorker.joined(cluster, "good", 2);
    cutOff(bad);
    bad.beat();
    String job = cluster.submit(TestCluster.spec());
    good.plans(4);
    assertThat(bad.holds).isEmpty();
    assertThat(cluster.describe(job).getStoreTrouble()).isEqualTo("bad cannot use it: " + TROUBLE);
    back(bad);
    bad.beat();
    assertThat(cluster.describe(job).getStoreTrouble()).isEmpty();
  }

  /** A worker that takes a moment to open its store gives back what has not begun there. */
  @Test
  void aRecoveryGoesOnWhereverThePartitionBegins() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    String job = cluster.submit(TestCluster.spec());
    a.plans(1);
    started(a);
    a.says(a.checkpoint(a.partition(0)));
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    a.breaks();
    cluster.pass(500);
    b.beat();
    b.says(TestWorker.released(b.partition(0), Why.NO_SLOT));
    cluster.pass(500);
    b.beat();
    b.says(TestWorker.started(b.partition(0), 1));
    assertThat(cluster.describe(job).getRecoveriesList())
        .singleElement()
        .satisfies(
            recovery -> {
              assertThat(recovery.getResumedFromSequence()).isEqualTo(1);
              assertThat(recovery.getRestoredMillis()).isPositive();
            });
  }

  @Test
  void whatCannotBeginThereGoesElsewhereAndIsNoAttempt() {
    TestWorker bad = TestWorker.joined(cluster, "bad", 2);
    String job = cluster.submit(TestCluster.spec());
    bad.plans(2);
    TestWorker good = TestWorker.joined(cluster, "good", 2);
    cutOff(bad);
    bad.awaitsStore.addAll(bad.holds.keySet());

    seconds(29, bad, good);
    assertThat(bad.holds).as("it may be back").hasSize(2);
    assertThat(shown(bad).getState()).isEqualTo(WorkerState.NO_STORE);

    seconds(3, bad, good);
    assertThat(bad.holds).isEmpty();
    assertThat(good.holds).hasSize(2);
    assertThat(partitions(job))
        .allSatisfy(
            partition -> {
              assertThat(partition.getAttempts()).as("no attempt of its own").isOne();
              assertThat(partition.getEndingsList())
                  .singleElement()
                  .satisfies(
                      ending -> assertThat(ending.getCause()).isEqualTo(Cause.STORE_UNREACHABLE));
            });
    assertThat(cluster.describe(job).getRecoveriesList()).isEmpty();
    for (Lease lease : List.copyOf(good.holds.keySet())) {
      assertThat(good.says(good.completes(lease))).isEqualTo(Verdict.OK);
    }
  }

  @Test
  void whoDoesNotLetGoIsTakenItAway() {
    TestWorker bad = TestWorker.joined(cluster, "bad", 1);
    String job = cluster.submit(TestCluster.spec());
    bad.plans(1);
    TestWorker good = TestWorker.joined(cluster, "good", 1);
    Lease lease = bad.lease();
    cutOff(bad);
    bad.awaitsStore.add(lease);
    for (int i = 0; i < 122; i++) {
      cluster.pass(500);
      bad.beat();
      good.beat();
    }
    assertThat(bad.yields).contains(lease);
    assertThat(good.holds).hasSize(1);
    assertThat(partitions(job).get(0).getAttempts()).isOne();
    assertThat(bad.says(TestWorker.started(lease, 0))).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void whatHasBegunThereComputesOn() {
    TestWorker bad = TestWorker.joined(cluster, "bad", 2);
    cluster.submit(TestCluster.spec());
    bad.plans(2);
    TestWorker good = TestWorker.joined(cluster, "good", 2);
    started(bad);
    cutOff(bad);
    bad.awaitsStore.addAll(bad.holds.keySet());
    seconds(120, bad, good);
    assertThat(bad.yields).isEmpty();
    assertThat(bad.holds).hasSize(2);
  }

  @Test
  void aPlanThatCannotBeStoredThereIsMadeElsewhere() {
    TestWorker bad = TestWorker.joined(cluster, "bad", 1);
    cluster.submit(TestCluster.spec());
    TestWorker good = TestWorker.joined(cluster, "good", 1);
    started(bad);
    cutOff(bad);
    bad.awaitsStore.add(bad.lease());
    seconds(32, bad, good);
    assertThat(bad.holds).isEmpty();
    good.plans(1);
  }

  /** For as long as the store is down for everybody nothing moves, however long that is. */
  @Test
  void whereNobodyCanEverythingStaysAndGoesOnOnceTheStoreIsBack() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    TestWorker c = TestWorker.joined(cluster, "c", 1);
    String job = cluster.submit(TestCluster.spec());
    a.plans(4);
    for (TestWorker worker : List.of(a, b, c)) {
      cutOff(worker);
      worker.awaitsStore.addAll(worker.holds.keySet());
    }
    int before = cluster.journal.size();
    seconds(3_600, a, b, c);
    assertThat(cluster.journal).hasSize(before);
    assertThat(shown(a).getState()).as("nobody is left out").isEqualTo(WorkerState.LIVE);
    assertThat(shown(a).getReason()).isEqualTo(TROUBLE);

    for (TestWorker worker : List.of(a, b, c)) {
      back(worker);
      worker.beat();
      assertThat(worker.says(worker.completes(worker.lease()))).isEqualTo(Verdict.OK);
    }
    assertThat(partitions(job)).allMatch(partition -> partition.getEndingsCount() == 0);
  }

  /** Who was idle learns of the outage only with what it is given. */
  @Test
  void whereNobodyCanAndSomeDoNotKnowItMovesOnceForEachOfThem() {
    TestWorker a = TestWorker.joined(cluster, "a", 1);
    String job = cluster.submit(TestCluster.spec());
    a.plans(1);
    TestWorker b = TestWorker.joined(cluster, "b", 1);
    cutOff(a);
    a.awaitsStore.add(a.lease());
    seconds(32, a, b);
    assertThat(b.holds).hasSize(1);
    cutOff(b);
    b.awaitsStore.add(b.lease());
    seconds(600, a, b);
    assertThat(b.holds).hasSize(1);
    assertThat(partitions(job).get(0).getEndingsList())
        .singleElement()
        .satisfies(ending -> assertThat(ending.getCount()).isOne());

    // And to whom it is back first.
    back(a);
    seconds(2, a, b);
    assertThat(a.holds).hasSize(1);
    assertThat(a.says(a.completes(a.lease()))).isEqualTo(Verdict.OK);
  }

  @Test
  void itIsTheLastWhoHasTheCodeAndKeepsIt() {
    TestWorker bad = TestWorker.joined(cluster, "bad", 1);
    TestWorker other = new TestWorker(cluster, "other", "other-1", 4);
    other.jobs = List.of("another");
    other.join();
    cutOff(bad);
    String job = cluster.submit(TestCluster.spec());
    seconds(2, bad, other);
    assertThat(bad.holds).hasSize(1);
    bad.awaitsStore.addAll(bad.holds.keySet());
    seconds(120, bad, other);
    assertThat(bad.holds).hasSize(1);
    assertThat(cluster.describe(job).getPartitionsList()).isEmpty();
  }

  /** A second attempt that goes on is not ended by what the first one's machine cannot do. */
  @Test
  void aSecondAttemptElsewhereGoesOn() {
    TestWorker bad = TestWorker.joined(cluster, "bad", 1);
    String job = cluster.submit(TestCluster.spec());
    bad.plans(1);
    TestWorker good = TestWorker.joined(cluster, "good", 1);
    cluster.speculate(requireNonNull(cluster.partition(job, 0).hold));
    Lease second = good.lease();
    cutOff(bad);
    bad.awaitsStore.add(bad.lease());
    seconds(32, bad, good);
    assertThat(bad.holds).isEmpty();
    assertThat(good.holds).containsOnlyKeys(second);
    assertThat(partitions(job).get(0).getState()).isNotEqualTo(PARTITION_PENDING);
    assertThat(good.says(good.completes(second))).isEqualTo(Verdict.OK);
  }
}
