package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.Heartbeat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Acts on what is foreseen of workers: who is at risk gets nothing new, and who is about to be gone
 * is drained, so that its work goes on elsewhere from final checkpoints and nothing is lost. Soft
 * state.
 *
 * <p>A prediction may be wrong, and draining costs a worker, so nothing is done that would leave a
 * job without anybody to run it, and nothing while more than half of the workers show such signs:
 * then it is the cluster that has a problem (a full shared disk, a store out of reach), and sending
 * its workers away does not mend it. A preemption notice is no prediction: its worker is drained in
 * any case, since it is as good as gone, and with it what it did not save.
 */
final class Foresight {
  private final Capacity capacity;
  private final Liveness liveness;
  private final Drains drains;
  private final long intervalNanos;

  /** Between two looks for those among the risky that are gone; only looked for in need. */
  private static final long PURGE_NANOS = 1_000_000_000L;

  /** Those whose signs are bad, be it acted upon or not, and some that are gone. */
  private final Set<WorkerRecord> risky = new LinkedHashSet<>();

  private boolean purged;
  private long purgedNanos;

  Foresight(Liveness liveness, Capacity capacity, Drains drains, Timing timing) {
    this.capacity = capacity;
    this.liveness = liveness;
    this.drains = drains;
    this.intervalNanos = timing.heartbeat().toNanos();
  }

  /** Attempts that failed on a worker are a sign, too. */
  void observe(@Nullable WorkerRecord worker, List<Event> events) {
    for (Event event : events) {
      // That a piece fails which came of one that does says nothing about the worker.
      if (worker != null
          && event.hasTaskReleased()
          && event.getTaskReleased().getNarrowing().getDepth() == 0
          && Causes.kind(event.getTaskReleased().getCause()) == Causes.Kind.ERROR) {
        worker.health.failures++;
        // Its heartbeats will say so, too.
        worker.health.lingering += event.getTaskReleased().getCause() == Cause.STUCK ? 1 : 0;
      }
    }
  }

  /**
   * A heartbeat came.
   *
   * @return what to tell the worker
   */
  List<Effect> heard(WorkerRecord worker, Heartbeat heartbeat, long nanos) {
    Health health = worker.health;
    health.heard(heartbeat.getSigns(), heartbeat.getLingering(), worker.gapNanos, nanos);
    worker.risk = Risk.of(health, intervalNanos, worker.slots);
    boolean bad = worker.risk.score() >= (worker.atRisk ? Risk.SOUND : Risk.AT_RISK);
    if (bad) {
      risky.add(worker);
    } else {
      risky.remove(worker);
    }
    boolean preempted = !health.preemption.isEmpty();
    boolean spared = bad && !preempted && (many(nanos) || !capacity.hasSubstitute(worker));
    worker.atRisk = bad && !spared;
    boolean leaving = worker.risk.score() >= Risk.DRAIN && !spared;
    if (!leaving || worker.draining) {
      worker.leavingSinceNanos = leaving ? worker.leavingSinceNanos : 0;
      return List.of();
    }
    if (worker.leavingSinceNanos == 0) {
      worker.leavingSinceNanos = nanos;
    }
    boolean now = preempted || nanos - worker.leavingSinceNanos >= Risk.DRAIN_AFTER_NANOS;
    Effect order = now ? drains.order(worker, worker.risk.reason()) : null;
    return order == null ? List.of() : List.of(order);
  }

  private boolean many(long nanos) {
    if (mostRisky() && (!purged || nanos - purgedNanos >= PURGE_NANOS)) {
      purged = true;
      purgedNanos = nanos;
      risky.removeIf(worker -> worker.lost || liveness.named(worker.name) != worker);
    }
    return mostRisky();
  }

  private boolean mostRisky() {
    return risky.size() * 2 > liveness.present();
  }
}
