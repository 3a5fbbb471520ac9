package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.TaskProgress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the running tasks have come since their last checkpoint, by their workers' heartbeats:
 * soft state.
 */
final class LiveProgress implements Holdings.Watcher {
  /** The last word on a lease, and what all of them say of its speed. */
  private static final class Live {
    TaskProgress latest = TaskProgress.getDefaultInstance();
    final Speed speed;

    /** Since when it has done nothing but wait for the store; meaningful while it does. */
    long awaitsStoreNanos;

    Live(long nanos) {
      speed = new Speed(nanos);
    }
  }

  private final Map<Hold, Live> byHold = new LinkedHashMap<>();

  void update(Hold hold, TaskProgress progress, long nanos) {
    Live live = byHold.computeIfAbsent(hold, h -> new Live(nanos));
    if (progress.getAwaitsStore() && !live.latest.getAwaitsStore()) {
      live.awaitsStoreNanos = nanos;
    }
    TaskProgress.Builder latest = progress.toBuilder().setTrouble(Texts.cut(progress.getTrouble()));
    if (!hold.started && progress.getProgress().getDone() == 0) {
      // It still reads its checkpoint, whose progress its worker does not know yet.
      latest.clearProgress();
    }
    live.latest = latest.build();
    live.speed.observe(progress.getProgress(), nanos);
  }

  @Override
  public void came(Hold hold) {}

  @Override
  public void went(Hold hold) {
    byHold.remove(hold);
  }

  /** The heartbeats' word if the lease is still the one they spoke of, else the last commit's. */
  Progress of(TaskRecord task) {
    Live live = task.hold == null ? null : byHold.get(task.hold);
    return live != null && live.latest.hasProgress() ? live.latest.getProgress() : task.progress;
  }

  /** What keeps the task from going on; empty if nothing. */
  String trouble(TaskRecord task) {
    Live live = task.hold == null ? null : byHold.get(task.hold);
    return live == null ? "" : live.latest.getTrouble();
  }

  /** How long it has done nothing but wait for the store; 0: it does not. */
  long awaitsStoreNanos(Hold hold, long nanos) {
    Live live = byHold.get(hold);
    return live != null && live.latest.getAwaitsStore()
        ? Math.max(0, nanos - live.awaitsStoreNanos)
        : 0;
  }

  /** Null: its worker has not spoken of it yet. */
  @Nullable Speed speed(Hold hold) {
    Live live = byHold.get(hold);
    return live == null ? null : live.speed;
  }
}
