package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Manifest;
import dev.belay.runtime.proto.SplitBounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A state that does not add up is told from one that does, whatever is wrong with it. */
class InvariantsTest {
  private static final String OUTPUT = "/out";

  private final TestCluster cluster = new TestCluster();
  private final TestWorker a = TestWorker.joined(cluster, "a", 2);
  private final TestWorker b = TestWorker.joined(cluster, "b", 1);

  /** Partition 0 has succeeded, 1 runs and has checkpoints, 2 and 3 run, 4 waits. */
  @BeforeEach
  void allKindsOfPartitions() {
    cluster.submit(TestCluster.spec().toBuilder().addOutputs(OUTPUT).build());
    a.plans(5);
    a.says(TestWorker.completed(a.partition(0)));
    for (TestWorker worker : List.of(a, b)) {
      for (Lease lease : List.copyOf(worker.holds.keySet())) {
        if (lease.getTask().getIndex() == 1) {
          worker.says(worker.checkpoint(lease));
          worker.says(worker.checkpoint(lease));
        }
      }
    }
    Invariants.check(cluster.core.state());
  }

  private static JobRecord job(ClusterState state) {
    return requireNonNull(state.job("job-1"));
  }

  private static TaskRecord task(ClusterState state, int index) {
    return job(state).partitions[index];
  }

  private static Arguments damage(String what, Consumer<ClusterState> how) {
    return Arguments.of(what, how);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("running: ", state -> job(state).running++),
        damage("running: ", state -> job(state).running--),
        damage("succeeded: ", state -> job(state).succeeded--),
        damage("ready: ", state -> job(state).ready.assigned(task(state, 4))),
        damage("weights", state -> job(state).weight += 1),
        damage("weights", state -> job(state).weightSucceeded += 1),
        damage("begun: ", state -> job(state).begun.remove(1)),
        damage("begun: ", state -> job(state).begun.add(0)),
        damage("its key leads elsewhere", state -> state.submits.clear()),
        damage("ended and active at once", state -> state.active.clear()),
        damage("the claimed outputs", state -> state.claims.clear()),
        damage("the claimed outputs", state -> state.nextJob = 1),
        damage("held under an old epoch", state -> task(state, 1).lineCounter++),
        damage("leased, ", state -> state.holdings.remove(requireNonNull(task(state, 1).hold))),
        damage("held under a lease that has ended", InvariantsTest::heldAfterItsEnd),
        damage("held by another than it says", InvariantsTest::heldByAnother),
        damage("the digest of what a-1 holds is wrong", state -> state.holdings.of("a-1").digest++),
        damage("checkpoints out of order", state -> task(state, 1).lastSequence = 1),
        damage("checkpoints out of order", InvariantsTest::reversed),
        damage("too many checkpoints", InvariantsTest::doubled),
        damage("needed and released", state -> job(state).released.add(key(state))),
        damage("needed and released", InvariantsTest::releasedBase),
        damage("cut off without bounds", state -> task(state, 1).splitFrom = 0),
        damage("do not fit the state", state -> job(state).state = JobState.JOB_PENDING),
        damage("do not fit the state", state -> job(state).state = JobState.JOB_PLANNING),
        damage("do not fit the state", state -> job(state).state = JobState.JOB_PUBLISHING),
        damage("do not fit the state", state -> job(state).state = JobState.JOB_STOPPED),
        damage("published before", state -> job(state).manifest = Manifest.getDefaultInstance()),
        damage("its objects are gone", state -> job(state).objectsGone = true),
        damage("failed: ", state -> job(state).failed++),
        damage("in quarantine: ", state -> job(state).quarantined++),
        damage("bisecting: ", state -> job(state).bisecting++),
        damage("cut under an epoch", state -> task(state, 1).cutUnder = 9),
        damage("bisected too often", state -> task(state, 1).narrow(narrowing(41, true))),
        damage("a half without bounds", state -> task(state, 1).narrow(narrowing(1, true))),
        damage("a half that was never cut", state -> task(state, 1).narrow(narrowing(0, false))),
        damage("bisected, and over", state -> task(state, 0).narrow(narrowing(0, true))),
        damage("bisected, and cannot be split", InvariantsTest::narrowedWithoutCode),
        damage("poisoned", state -> task(state, 1).poison = new Poison("", List.of())),
        damage("poisoned", state -> job(state).planning.poison = new Poison("", List.of())),
        damage("poisoned", state -> job(state).publishing.poison = new Poison("", List.of())),
        damage("ended and leased at once", state -> lease(task(state, 0), 1)),
        damage("leased without an epoch", state -> lease(task(state, 4), 0)),
        damage("an epoch that was never given", state -> task(state, 4).lineCounter = 1),
        damage("cut off from a later one", InvariantsTest::cutOffFromItself),
        damage("needed and litter", state -> job(state).litter.add(key(state))),
        damage("a second lease without a first", state -> second(task(state, 4), 1)),
        damage("a second lease older than the first", state -> second(task(state, 1), 1)),
        damage("an epoch that was never given", state -> second(task(state, 1), 2)),
        damage("checkpoints out of order", InvariantsTest::secondAhead),
        damage("cut by two", InvariantsTest::cutByTwo));
  }

  private static void lease(TaskRecord task, long counter) {
    task.hold = new Hold(task, counter, "a", "a-1");
  }

  private static Hold second(TaskRecord task, long counter) {
    task.second = new Hold(task, counter, "b", "b-1");
    return task.second;
  }

  private static void secondAhead(ClusterState state) {
    TaskRecord task = task(state, 1);
    task.epochCounter = 2;
    second(task, 2).own = task.checkpoints;
  }

  private static void cutByTwo(ClusterState state) {
    TaskRecord task = task(state, 1);
    task.epochCounter = 2;
    second(task, 2);
    task.narrow(narrowing(0, true));
  }

  private static void cutOffFromItself(ClusterState state) {
    task(state, 1).bounds = SplitBounds.getDefaultInstance();
    task(state, 1).splitFrom = 1;
  }

  private static Narrowing narrowing(int depth, boolean bisect) {
    return new Narrowing(depth, bisect, Cause.APPLICATION_ERROR, "no luck", "", List.of());
  }

  private static void narrowedWithoutCode(ClusterState state) {
    job(state).splittable = false;
    task(state, 1).narrow(narrowing(0, true));
  }

  private static void heldAfterItsEnd(ClusterState state) {
    requireNonNull(task(state, 1).hold);
    task(state, 1).hold = null;
    job(state).running--;
    job(state).ready.returned(task(state, 1));
  }

  private static void heldByAnother(ClusterState state) {
    Hold hold = requireNonNull(task(state, 1).hold);
    state.holdings.of(hold.incarnation.equals("a-1") ? "b-1" : "a-1").holds.add(hold);
    state.holdings.of(hold.incarnation.equals("a-1") ? "b-1" : "a-1").digest += hold.digest;
  }

  private static void reversed(ClusterState state) {
    List<Checkpoint> checkpoints = new ArrayList<>(task(state, 1).checkpoints);
    Collections.reverse(checkpoints);
    task(state, 1).checkpoints = checkpoints;
  }

  private static void doubled(ClusterState state) {
    List<Checkpoint> checkpoints = new ArrayList<>(task(state, 1).checkpoints);
    checkpoints.addAll(List.copyOf(checkpoints));
    task(state, 1).checkpoints = checkpoints;
  }

  private static String key(ClusterState state) {
    return task(state, 1).checkpoints.get(0).getObject().getKey();
  }

  private static void releasedBase(ClusterState state) {
    Checkpoint newest = task(state, 1).checkpoints.get(0);
    task(state, 1).checkpoints = List.of(newest.toBuilder().addReferences("base").build());
    job(state).released.add("base");
  }

  @ParameterizedTest(name = "{0} ({index})")
  @MethodSource("damages")
  void whatDoesNotAddUpIsNamed(String what, Consumer<ClusterState> how) {
    ClusterState state = cluster.core.state();
    how.accept(state);
    assertThatThrownBy(() -> Invariants.check(state))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(what);
  }

  @Test
  void anEndedJobHoldsNothing() {
    cluster.cancel("job-1");
    ClusterState state = cluster.core.state();
    Invariants.check(state);
    job(state).state = JobState.JOB_SUCCEEDED;
    assertThatThrownBy(() -> Invariants.check(state)).hasMessageContaining("do not fit the state");
    job(state).state = JobState.JOB_RUNNING;
    assertThatThrownBy(() -> Invariants.check(state)).isInstanceOf(IllegalStateException.class);
  }
}
