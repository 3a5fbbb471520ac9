package dev.belay.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.runtime.proto.Checkpoint;
import dev.belay.runtime.proto.Placement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is next of those who could take it. */
class PoolTest {
  private final HostLoad load = new HostLoad();
  private final JobRecord job = Parts.job(1);
  private final TaskRecord task = job.partitions[0];

  private Pool pool(Placement placement) {
    return new Pool(new Demand("count", Map.of(), placement), load);
  }

  private Pool spread() {
    return pool(Placement.PLACEMENT_SPREAD);
  }

  private static Seat seat(Pool pool, String name, String host, int slots, int held) {
    return seat(pool, Parts.worker(name, host, slots), held);
  }

  private static Seat seat(Pool pool, WorkerRecord worker, int held) {
    Seat seat = new Seat(worker);
    seat.held = held;
    seat.freeze();
    seat.pools.add(pool);
    pool.members.put(worker.name, seat);
    pool.list(seat);
    return seat;
  }

  private static Seat queueing(Pool pool, String name, int held) {
    return seat(pool, Parts.worker(Parts.hello(name, "h", 1).setQueue(8)), held);
  }

  @Test
  void freeSlotsAreCountedUpToTheNumberOfInterest() {
    Pool pool = spread();
    seat(pool, "a", "h", 4, 2);
    seat(pool, "b", "h", 3, 0);
    seat(pool, "full", "h", 3, 3);
    assertThat(pool.freeSlots(10)).isEqualTo(5);
    assertThat(pool.freeSlots(6)).isEqualTo(5);
    assertThat(pool.freeSlots(5)).isEqualTo(5);
    assertThat(pool.freeSlots(4)).isEqualTo(4);
    assertThat(pool.freeSlots(1)).isEqualTo(1);
  }

  @Test
  void aCutPartitionStaysWhereItsStateIsIfThereIsRoom() {
    Pool pool = spread();
    seat(pool, "a", "h", 4, 0);
    Seat b = seat(pool, "b", "h", 1, 0);
    task.staysOn = "b";
    assertThat(pool.pick(task, null)).isSameAs(b);
    task.staysOn = "nobody";
    assertThat(name(pool.pick(task, null))).isEqualTo("a");
    seat(pool, "c", "h", 1, 1);
    task.staysOn = "c";
    assertThat(name(pool.pick(task, null))).as("c has no room").isEqualTo("a");
  }

  @Test
  void theShortestQueueIsNext() {
    Pool pool = spread();
    assertThat(pool.hasQueue()).isFalse();
    assertThat(pool.pickQueue(null)).isNull();
    queueing(pool, "a", 3);
    queueing(pool, "b", 2);
    queueing(pool, "c", 9);
    seat(pool, "no queue", "h", 1, 1);
    assertThat(pool.hasQueue()).isTrue();
    assertThat(pool.hasSlot()).isFalse();
    assertThat(name(pool.pickQueue(null))).isEqualTo("b");
    assertThat(name(pool.pickQueue("b"))).isEqualTo("a");
  }

  @Test
  void whoHoldsNothingIsTakenElsewhereThanWhereItFailedIfThereIsAnother() {
    Pool pool = spread();
    assertThat(pool.pickEmpty("a")).isNull();
    Seat a = seat(pool, "a", "h", 1, 0);
    seat(pool, "busy", "h", 4, 1);
    assertThat(pool.pickEmpty(null)).isSameAs(a);
    assertThat(pool.pickEmpty("a")).as("nobody else").isSameAs(a);
    Seat b = seat(pool, "b", "h", 1, 0);
    assertThat(pool.pickEmpty("a")).isSameAs(b);
    assertThat(pool.pickEmpty("b")).isSameAs(a);
    pool.unlist(a);
    pool.unlist(b);
    assertThat(pool.pickEmpty(null)).isNull();
  }

  @Test
  void theRoomiestIsWhoHasTheMostFreeSlotsWhateverThePlacement() {
    for (Placement placement :
        new Placement[] {Placement.PLACEMENT_SPREAD, Placement.PLACEMENT_PACK}) {
      Pool pool = pool(placement);
      assertThat(pool.roomiest()).isNull();
      seat(pool, "a", "h", 4, 3);
      seat(pool, "b", "h", 4, 1);
      seat(pool, "c", "h", 4, 2);
      assertThat(name(pool.roomiest())).as("%s", placement).isEqualTo("b");
    }
  }

  @Test
  void somebodyElseIsWhoTakesWorkFreeOrNot() {
    Pool pool = spread();
    Seat a = seat(pool, "a", "h", 1, 1);
    assertThat(pool.hasOther(a)).isFalse();
    assertThat(pool.hasOther("a")).isFalse();
    Seat b = seat(pool, "b", "h", 1, 1);
    assertThat(pool.hasOther(a)).isTrue();
    assertThat(pool.hasOther("a")).isTrue();
    assertThat(pool.hasOther("b")).isTrue();
    b.worker.draining = true;
    assertThat(pool.hasOther(a)).isFalse();
    assertThat(pool.hasOther("a")).isFalse();
  }

  @Test
  void amongVeryManyItIsTakenForGrantedThatSomebodyElseTakesWork() {
    Pool pool = spread();
    for (int i = 0; i < 16; i++) {
      seat(pool, "w" + i, "h", 1, 0).worker.draining = true;
    }
    assertThat(pool.hasOther("x")).as("all were asked").isFalse();
    seat(pool, "w16", "h", 1, 0).worker.draining = true;
    assertThat(pool.hasOther("x")).isTrue();
  }

  @Test
  void ofEquallyFreeWorkersSixteenHostsAreCompared() {
    Pool pool = spread();
    for (int i = 0; i < 17; i++) {
      String host = "h" + (char) ('a' + i);
      seat(pool, "w" + host, host, 1, 0);
      load.add(job, host, 30 - i);
    }
    assertThat(name(pool.pick(task, null))).isEqualTo("whp");
    assertThat(name(pool.pick(task, "wha"))).as("but where it failed").isEqualTo("whq");
  }

  @Test
  void freeSlotsGoBeforeHosts() {
    Pool pool = spread();
    seat(pool, "a", "busy", 3, 0);
    seat(pool, "b", "idle", 2, 0);
    load.add(job, "busy", 7);
    assertThat(name(pool.pick(task, null))).isEqualTo("a");
    task.heldLast = "b";
    assertThat(name(pool.pick(task, null))).as("b is less free").isEqualTo("a");
  }

  @Test
  void aLargeCheckpointIsGoneOnWithWhereItLies() {
    Pool pool = spread();
    seat(pool, "a", "one", 3, 0);
    seat(pool, "b", "two", 1, 0);
    task.heldLast = "b";
    task.checkpoints = List.of(Checkpoint.newBuilder().setBytes(4 << 20).build());
    assertThat(name(pool.pick(task, null))).isEqualTo("b");
    assertThat(name(pool.pick(task, "b"))).as("but where it failed").isEqualTo("a");
    task.heldLast = "gone";
    assertThat(name(pool.pick(task, null))).isEqualTo("a");
  }

  private static String name(@Nullable Seat seat) {
    return seat == null ? "-" : seat.worker.name;
  }
}
