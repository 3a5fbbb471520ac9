package dev.belay.coordinator.core;

import static dev.belay.coordinator.core.Parts.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Hello;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where there is room, as leases come and go and workers are heard of. */
class CapacityTest {
  private final Holdings holdings = new Holdings();
  private final Capacity capacity = new Capacity(holdings);
  private final JobRecord job = Parts.job(9);
  private final Pool pool = capacity.enter(job.demand);
  private int next;

  private WorkerRecord joins(String name, int slots) {
    return joins(Parts.worker(name, "host-" + name, slots));
  }

  private WorkerRecord joins(WorkerRecord worker) {
    capacity.refresh(worker);
    capacity.settle();
    return worker;
  }

  private Hold comes(String worker) {
    Hold hold = Parts.held(job.partitions[next++], worker);
    holdings.add(hold);
    return hold;
  }

  private Seat seat(String worker) {
    return requireNonNull(capacity.named(worker));
  }

  /** Who would get the next partition; a dash: nobody. */
  private String pick() {
    @Nullable Seat seat = pool.pick(job.partitions[8], null);
    return seat == null ? "-" : seat.worker.name;
  }

  @Test
  void whatComesTakesASlotAndWhatGoesFreesIt() {
    joins("a", 2);
    Hold first = comes("a");
    comes("a");
    capacity.settle();
    assertThat(pick()).isEqualTo("-");
    assertThat(seat("a").empty()).isFalse();
    holdings.remove(first);
    capacity.settle();
    assertThat(pick()).isEqualTo("a");
  }

  @Test
  void whoHeldSomethingBeforeItWasHeardOfHasThatMuchLess() {
    comes("a");
    joins("a", 1);
    assertThat(pick()).isEqualTo("-");
  }

  @Test
  void whatADecisionGivesAwayIsGoneForTheRestOfIt() {
    joins("a", 1);
    capacity.take(seat("a"), job.partitions[0], false);
    assertThat(pick()).isEqualTo("-");
    capacity.settle();
    assertThat(pick()).as("nothing came of it").isEqualTo("a");
  }

  @Test
  void nothingGoesWhereATaskIsToRunAlone() {
    joins("a", 4);
    capacity.take(seat("a"), job.partitions[0], true);
    assertThat(pick()).isEqualTo("-");
    job.partitions[0].lossesWithoutProgress = 2;
    Hold deadly = comes("a");
    capacity.settle();
    assertThat(pick()).isEqualTo("-");
    deadly.task.lossesWithoutProgress = 0;
    capacity.settle();
    assertThat(pick()).as("it has made progress").isEqualTo("a");
  }

  @Test
  void whoIsKeptFreeGetsNothingUntilItIsNot() {
    joins("a", 4);
    capacity.reserve(seat("a"), job.partitions[0]);
    assertThat(pick()).isEqualTo("-");
    capacity.reserve(seat("a"), null);
    assertThat(pick()).isEqualTo("a");
  }

  @Test
  void whoTakesNoWorkThoughNobodySaidSoIsFoundOutWhenPicked() {
    WorkerRecord a = joins("a", 4);
    joins("b", 1);
    assertThat(capacity.confirm(seat("a"))).isTrue();
    a.suspect = true;
    assertThat(pick()).isEqualTo("a");
    assertThat(capacity.confirm(seat("a"))).isFalse();
    assertThat(pick()).isEqualTo("b");
    a.suspect = false;
    joins(a);
    assertThat(pick()).isEqualTo("a");
  }

  @Test
  void anotherProcessUnderTheNameHasItsOwnRoomAndNotTheOldOnes() {
    joins("a", 1);
    comes("a");
    Hello.Builder hello = Parts.hello("a", "elsewhere", 3).setIncarnation("a-2");
    WorkerRecord again = joins(Parts.worker(hello));
    assertThat(capacity.as("a-1")).isNull();
    assertThat(capacity.as("a-2")).isSameAs(seat("a"));
    assertThat(seat("a").worker).isSameAs(again);
    assertThat(pool.members).hasSize(1);
    assertThat(seat("a").free).isEqualTo(3);
    assertThat(capacity.seats()).isEqualTo(1);
  }

  @Test
  void aHostIsAsBusyWithAJobAsTheLeasesOutToItsWorkers() {
    joins("a", 4);
    joins("b", 4);
    joins("c", 3);
    Hold onA = comes("a");
    comes("b");
    capacity.settle();
    Seat c = seat("c");
    assertThat(c.free).isEqualTo(3);
    assertThat(pick()).as("all three are equally free").isEqualTo("c");
    comes("c");
    holdings.remove(onA);
    capacity.settle();
    assertThat(pick()).isEqualTo("a");
    capacity.take(seat("a"), job.partitions[8], false);
    assertThat(pick()).as("a and b are equally free, and equally busy").isEqualTo("a");
  }

  @Test
  void aLeaseBeyondTheSlotsWaitsForThoseBeforeIt() {
    joins("a", 2);
    assertThat(comes("a").rounds).isEqualTo(1);
    assertThat(comes("a").rounds).isEqualTo(1);
    assertThat(comes("a").rounds).isEqualTo(2);
    assertThat(comes("a").rounds).isEqualTo(2);
    assertThat(comes("a").rounds).isEqualTo(3);
  }

  @Test
  void whoHasYetToComeHasNoRoom() {
    capacity.refresh(WorkerRecord.expected("a", "a-1", new Rhythm(SECOND, SECOND)));
    assertThat(capacity.named("a")).isNull();
  }

  @Test
  void whoHasTheCodeIsInThePoolAlsoIfThatIsNewer() {
    joins("a", 1);
    Hello.Builder other = Parts.hello("b", "h", 9).clearJobs().addJobs("other");
    joins(Parts.worker(other));
    assertThat(pick()).isEqualTo("a");
    JobRecord late =
        new JobRecord(
            "job-2", "k", TestCluster.spec().toBuilder().setJob("other").build(), "", 1, 0);
    Pool newer = capacity.enter(late.demand);
    assertThat(newer.members).containsOnlyKeys("b");
    assertThat(newer.hasSlot()).isTrue();
  }

  @Test
  void aPoolLivesAsLongAsAJobUsesIt() {
    assertThat(capacity.enter(job.demand)).isSameAs(pool);
    capacity.leave(pool);
    assertThat(capacity.enter(job.demand)).isSameAs(pool);
    capacity.leave(pool);
    joins("a", 1);
    capacity.leave(pool);
    assertThat(seat("a").pools).isEmpty();
    assertThat(capacity.enter(job.demand)).isNotSameAs(pool);
  }

  @Test
  void aWorkerHasASubstituteIfEachJobThatItCouldRunHasSomebodyElse() {
    WorkerRecord a = joins("a", 1);
    assertThat(capacity.hasSubstitute(a)).isFalse();
    WorkerRecord b = joins("b", 1);
    assertThat(capacity.hasSubstitute(a)).isTrue();
    b.draining = true;
    assertThat(capacity.hasSubstitute(a)).isFalse();
    assertThat(capacity.hasSubstitute(Parts.worker("unknown", "h", 1))).isTrue();
  }

  @Test
  void whomNobodyKnowsAnyMoreIsForgotten() {
    Liveness liveness = new Liveness(Timing.DEFAULT);
    liveness.join(Parts.hello("a", "h", 1).build(), 1, SECOND);
    joins(requireNonNull(liveness.on(1)));
    liveness.join(Parts.hello("b", "h", 1).build(), 2, SECOND);
    WorkerRecord b = joins(requireNonNull(liveness.on(2)));
    capacity.prune(liveness);
    assertThat(capacity.seats()).isEqualTo(2);
    liveness.forget(b);
    capacity.prune(liveness);
    assertThat(capacity.named("b")).isNull();
    assertThat(capacity.as("b-1")).isNull();
    assertThat(pool.members).containsOnlyKeys("a");
    assertThat(pick()).isEqualTo("a");
  }
}
