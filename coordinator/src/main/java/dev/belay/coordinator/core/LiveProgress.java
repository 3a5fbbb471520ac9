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
  private final Map<TaskRecord, TaskProgress> byTask = new LinkedHashMap<>();

  void update(TaskRecord task, TaskProgress progress) {
    byTask.put(task, progress.toBuilder().setTrouble(Texts.cut(progress.getTrouble())).build());
  }

  /** To be called now and then: drops what is not leased any more. */
  void prune() {
    byTask.entrySet().removeIf(entry -> !current(entry.getKey(), entry.getValue()));
  }

  /** The heartbeats' word if the lease is still the one they spoke of, else the last commit's. */
  Progress of(TaskRecord task) {
    TaskProgress live = byTask.get(task);
    return live != null && current(task, live) && live.hasProgress()
        ? live.getProgress()
        : task.progress;
  }

  /** What keeps the task from going on; empty if nothing. */
  String trouble(TaskRecord task) {
    TaskProgress live = byTask.get(task);
    return live != null && current(task, live) ? live.getTrouble() : "";
  }

  private static boolean current(TaskRecord task, TaskProgress live) {
    return task.leased() && task.isEpoch(live.getLease().getEpoch());
  }
}
