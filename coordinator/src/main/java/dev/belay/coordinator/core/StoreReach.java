package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.TaskKind;

/**
 * What follows where a worker cannot use the store, while somebody else can: it gets nothing new,
 * and what does nothing there but wait for the store is asked back after half a minute, to go on
 * elsewhere. What has begun computes on. Nothing of that is an error, a loss or an attempt.
 *
 * <p>Where nobody can, it is the store that has a problem: everything stays where it is, and goes
 * on there. So what waits moves once for each worker at most that did not know yet, however long an
 * outage lasts. Soft state, from what heartbeats say.
 */
final class StoreReach {
  /** How long a lease waits for the store before it is asked back. */
  static final long PATIENCE_NANOS = 30_000_000_000L;

  /** Between two looks at who else there is. */
  private static final long LOOK_NANOS = 1_000_000_000L;

  private final Capacity capacity;
  private final Holdings holdings;
  private final LiveProgress progress;
  private final Yields yields;

  StoreReach(Capacity capacity, Holdings holdings, LiveProgress progress, Yields yields) {
    this.capacity = capacity;
    this.holdings = holdings;
    this.progress = progress;
    this.yields = yields;
  }

  /** A heartbeat came; what its tasks say has been taken in. */
  void heard(WorkerRecord worker, String trouble, long nanos) {
    boolean news = worker.storeTrouble.isEmpty() != trouble.isEmpty();
    worker.storeTrouble = Texts.cut(trouble);
    if (trouble.isEmpty()) {
      worker.cutOff = false;
    } else if (news || nanos - worker.cutOffLookNanos >= LOOK_NANOS) {
      worker.cutOffLookNanos = nanos;
      worker.cutOff = capacity.hasSubstitute(worker);
      if (worker.cutOff) {
        askBack(worker, nanos);
      }
    }
  }

  private void askBack(WorkerRecord worker, long nanos) {
    for (Hold hold : holdings.of(worker.incarnation).holds) {
      if (mayMove(hold) && progress.awaitsStoreNanos(hold, nanos) >= PATIENCE_NANOS) {
        yields.ask(
            hold,
            Cause.STORE_UNREACHABLE,
            "worker "
                + worker.name
                + " cannot use the store, which others can: "
                + worker.storeTrouble,
            nanos);
      }
    }
  }

  /** A partition that has begun may have done much since its last checkpoint. */
  private static boolean mayMove(Hold hold) {
    return !hold.started || hold.task.kind != TaskKind.PARTITION;
  }
}
