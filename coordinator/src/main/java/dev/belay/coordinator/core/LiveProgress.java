package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.TaskProgress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the running tasks have come since their last checkpoint, by their workers' heartbeats:
 * soft state.
 */
final class LiveProgress {
  private final Map<Hold, TaskProgress> byHold = new LinkedHashMap<>();

  void update(Hold hold, TaskProgress progress) {
    byHold.put(hold, progress.toBuilder().setTrouble(Texts.cut(progress.getTrouble())).build());
  }

  /** To be called now and then: drops what is not leased any more. */
  void prune() {
    byHold.keySet().removeIf(hold -> !hold.current());
  }

  /** The heartbeats' word if the lease is still the one they spoke of, else the last commit's. */
  Progress of(TaskRecord task) {
    TaskProgress live = task.hold == null ? null : byHold.get(task.hold);
    return live != null && live.hasProgress() ? live.getProgress() : task.progress;
  }

  /** What keeps the task from going on; empty if nothing. */
  String trouble(TaskRecord task) {
    TaskProgress live = task.hold == null ? null : byHold.get(task.hold);
    return live == null ? "" : live.getTrouble();
  }
}
