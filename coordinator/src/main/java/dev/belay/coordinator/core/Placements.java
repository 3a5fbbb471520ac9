package dev.belay.coordinator.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the decision under way gives to whom. */
final class Placements {
  /** A task goes to a worker; taken away from its holder first, if there is one. */
  record Placed(TaskRecord task, WorkerRecord worker, @Nullable Hold taken) {}

  /** So that the record of a decision stays small; the next one goes on. */
  private static final int MOST = 8_192;

  private final Capacity capacity;
  private final List<Placed> placed = new ArrayList<>();

  Placements(Capacity capacity) {
    this.capacity = capacity;
  }

  /** Whether it is enough for one decision. */
  boolean full() {
    return placed.size() >= MOST;
  }

  void add(TaskRecord task, Seat seat, @Nullable Hold taken) {
    boolean alone = taken == null ? task.runsAlone() : task.runsAloneAfterLoss();
    capacity.take(seat, task, alone);
    placed.add(new Placed(task, seat.worker, taken));
  }

  List<Placed> all() {
    return placed;
  }
}
