package dev.belay.jobs.simulation.cluster;

import dev.belay.runtime.proto.JournalRecord;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Has garbage collected, and says whether the store is clean. */
public final class Cleaning {
  private static final long MOST_PAUSE_MICROS = 3_000_000;

  private final Cluster cluster;
  private long everyMillis;

  Cleaning(Cluster cluster) {
    this.cluster = cluster;
  }

  /** How long a coordinator pauses between two looks by itself; 0: it never looks. */
  public void every(long millis) {
    everyMillis = millis;
  }

  long everyMillis() {
    return everyMillis;
  }

  /**
   * Has the store looked through, beside whoever is at it already.
   *
   * @param done told whether that came to its end; nothing, if its process ends before
   */
  public void begin(Consumer<Boolean> done) {
    CoordinatorProcess coordinator = cluster.coordinator();
    if (coordinator != null) {
      cluster.world().trace().line("coordinator", "is to collect garbage");
      coordinator.collect(done);
    }
  }

  /**
   * Somebody with an old copy of the journal collects, too.
   *
   * @param share of the journal that it has, in thousandths
   */
  public void byOldCopy(int share) {
    List<JournalRecord> journal = cluster.checker().journal();
    int length = Math.max(1, journal.size() * share / 1_000);
    if (journal.isEmpty()) {
      return;
    }
    OldCopy copy =
        new OldCopy(cluster.seams(), journal.subList(0, length), cluster.coordinatorClock().now());
    Set<String> garbage = copy.garbage(cluster.store().keys(), cluster.store().uploads());
    cluster
        .world()
        .trace()
        .line("old copy", "has " + length + " records, and deletes " + garbage.size() + " objects");
    long pause = 1_000 * cluster.world().chance().between(0, MOST_PAUSE_MICROS);
    cluster.world().time().after(pause, () -> cluster.store().deletedByStrangers(garbage));
  }

  /** Whether nothing that was released is left to be deleted. */
  public boolean hasDeleted() {
    CoordinatorProcess coordinator = cluster.coordinator();
    return coordinator != null && !coordinator.isDeleting();
  }

  /** All is quiet, and garbage was collected: what is left must be somebody's. */
  public void mustBeClean() {
    CoordinatorProcess coordinator = cluster.coordinator();
    if (coordinator != null) {
      cluster
          .checker()
          .mustBeNamed(cluster.store().keys(), cluster.store().uploads(), coordinator.state());
    }
  }
}
