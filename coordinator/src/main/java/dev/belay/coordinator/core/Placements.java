package dev.belay.coordinator.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the decision under way gives to whom. */
final class Placements {
  /** A task goes to a worker; taken away from its holder first, if there is one. */
  record Placed(TaskRecord task, WorkerRecord worker, @Nullable Hold taken, boolean queued) {}

  /** So that the record of a decision stays small; the next one goes on. */
  private static final int MOST = 8_192;

  private final Capacity capacity;
  private final List<Placed> placed = new ArrayList<>();
  private final List<Hold> lost = new ArrayList<>();

  Placements(Capacity capacity) {
    this.capacity = capacity;
  }

  /** Whether it is enough for one decision. */
  boolean full() {
    return placed.size() >= MOST;
  }

  void add(TaskRecord task, Seat seat) {
    capacity.take(seat, task, task.runsAlone());
    placed.add(new Placed(task, seat.worker, null, false));
  }

  /**
   * Takes a lease away from its holder.
   *
   * @param queued whether it waited in the holder's queue
   */
  void move(Hold taken, boolean queued, Seat seat) {
    boolean alone = queued ? taken.task.runsAlone() : taken.task.runsAloneAfterLoss();
    capacity.take(seat, taken.task, alone);
    placed.add(new Placed(taken.task, seat.worker, taken, queued));
  }

  /** A lease whose connection broke, and whose task another one is at anyway. */
  void lost(Hold hold) {
    lost.add(hold);
  }

  List<Hold> lost() {
    return lost;
  }

  List<Placed> all() {
    return placed;
  }
}
