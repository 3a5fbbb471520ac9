package dev.belay.coordinator.core;

import static java.util.Objects.requireNonNull;

import dev.belay.coordinator.core.CollectionLife.Mistake;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DeletionDone;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Place;
import dev.belay.runtime.proto.StoredObject;
import dev.belay.runtime.proto.TaskKind;
import dev.belay.runtime.proto.Tick;
import dev.belay.runtime.time.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who collects in such a life: lists the store now, asks later, and is killed half-way through
 * deleting; and somebody who does so for an old copy of the journal.
 */
final class Cleaners {
  private final TestCluster cluster;
  private final Random random;
  private final Shelf shelf;
  private final List<TestWorker> workers;
  private final @Nullable Mistake mistake;
  private final List<List<String>> lists = new ArrayList<>();
  private final List<Set<String>> namedThen = new ArrayList<>();
  private int deletionsDone;

  /**
   * @param workers all there are, as they come and go
   * @param mistake null: the core is asked what is garbage
   */
  Cleaners(
      TestCluster cluster,
      Random random,
      Shelf shelf,
      List<TestWorker> workers,
      @Nullable Mistake mistake) {
    this.cluster = cluster;
    this.random = random;
    this.shelf = shelf;
    this.workers = workers;
    this.mistake = mistake;
  }

  void list() {
    lists.add(List.copyOf(shelf.stored.keySet()));
    namedThen.add(CollectionAudit.named(cluster.core.state()));
  }

  /** Asks about a list that may be old, and perhaps about a part of it alone. */
  void collect() {
    if (lists.isEmpty()) {
      return;
    }
    int which = random.nextInt(lists.size());
    List<String> list = lists.remove(which);
    Set<String> then = namedThen.remove(which);
    if (mistake == null) {
      int from = random.nextInt(3) == 0 ? random.nextInt(list.size() + 1) : 0;
      Command.Builder command =
          cluster.command().setCollect(asked(list.subList(from, list.size())));
      abandon((Collected) requireNonNull(cluster.ask(command)));
    } else {
      list.stream()
          .filter(key -> mistake.isGarbage(cluster.core.state(), key, then))
          .forEach(shelf.stored::remove);
    }
  }

  private Collect asked(List<String> keys) {
    Collect.Builder collect = Collect.newBuilder().addAllUnfinished(shelf.begun);
    keys.forEach(key -> collect.addObjects(StoredObject.newBuilder().setKey(key)));
    return collect.build();
  }

  private void abandon(Collected collected) {
    for (String key : collected.getAbandonList()) {
      for (TestWorker worker : workers) {
        for (Lease lease : worker.holds.keySet()) {
          boolean its =
              lease.getTask().getKind() == TaskKind.PARTITION
                  && key.contains(
                      "/"
                          + lease.getTask().getJob()
                          + "/p"
                          + lease.getTask().getIndex()
                          + "/"
                          + Labour.epoch(lease)
                          + "-");
          TaskRecord task = cluster.core.state().task(lease.getTask());
          if (its && task != null && task.heldUnder(lease.getEpoch()) != null) {
            throw new AssertionError(key + " is abandoned while " + worker.name + " uploads it");
          }
        }
      }
      shelf.begun.remove(key);
    }
  }

  /** Deletes what was released; it may be killed half-way, and then it is not said to be done. */
  void sweep() {
    if (deletionsDone < cluster.deletions.size()) {
      Effect.Delete deletion = cluster.deletions.get(deletionsDone);
      if (random.nextInt(4) == 0) {
        deletion.keys().stream().limit(1).forEach(shelf.stored::remove);
        return;
      }
      shelf.delete(deletion);
      deletionsDone++;
      cluster.batch(
          cluster
              .command()
              .setDeletionDone(
                  DeletionDone.newBuilder()
                      .setJob(deletion.job())
                      .addAllKeys(deletion.keys())
                      .setAll(deletion.all()))
              .build());
    }
  }

  /** A coordinator on another machine with an old copy of the journal; nobody works for it. */
  void oldCopy() {
    Core copy = TestCluster.fresh();
    int length = cluster.ends.get(random.nextInt(cluster.ends.size()));
    cluster.journal.subList(0, length).forEach(copy::apply);
    if (!copy.founded()) {
      return;
    }
    Now now = cluster.now();
    List<Effect> effects = new ArrayList<>(copy.resume(now));
    // Longer steps would pass for its own stalls, and everybody would be waited for.
    for (int millis = 0; millis < 20_000; millis += 900) {
      now = new Now(now.nanos() + 900_000_000L, now.wallMillis() + 900);
      effects.addAll(decide(copy, Command.newBuilder().setTick(Tick.getDefaultInstance()), now));
      effects.addAll(decide(copy, Command.newBuilder().setPlace(Place.getDefaultInstance()), now));
    }
    List<String> list = List.copyOf(shelf.stored.keySet());
    if (mistake == null) {
      Command.Builder command = Command.newBuilder().setCollect(asked(list));
      effects.addAll(decide(copy, command, now));
    } else {
      list.stream()
          .filter(key -> mistake.isGarbage(copy.state(), key, Set.of()))
          .forEach(shelf.stored::remove);
    }
    for (Effect effect : effects) {
      if (effect instanceof Effect.Delete deletion) {
        shelf.delete(deletion);
      }
    }
  }

  private static List<Effect> decide(Core core, Command.Builder command, Now now) {
    Decision decision = core.decide(command.setReceivedNanos(now.nanos()).build(), now);
    decision.events().forEach(core::apply);
    return decision.effects();
  }

  /** Two looks at all there is, and all of it deleted that comes of them. */
  void finish() {
    for (int round = 0; round < 2; round++) {
      list();
      while (!lists.isEmpty()) {
        collect();
      }
      for (int i = 0; i < 10_000 && deletionsDone < cluster.deletions.size(); i++) {
        sweep();
      }
    }
  }
}
