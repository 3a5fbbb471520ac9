package dev.belay.worker.task;

import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.SplitBounds;
import dev.belay.storage.ObjectStore;
import dev.belay.storage.StoreException;
import dev.belay.storage.plan.PlanFile;
import dev.belay.storage.state.EncodedState;
import org.jspecify.annotations.Nullable;

/**
 * A partition's share of the input, of the plan or of a later cut: read once, when it is asked for.
 * For the attempt's thread.
 */
final class SplitSource {
  private final Assignment assignment;
  private final KnownJob job;
  private final ObjectStore store;
  private final Control control;
  private final Patience patience;
  private final StoreCalls calls;
  private @Nullable EncodedState encoded;

  SplitSource(
      Assignment assignment,
      KnownJob job,
      ObjectStore store,
      Control control,
      Patience patience,
      StoreCalls calls) {
    this.assignment = assignment;
    this.job = job;
    this.store = store;
    this.control = control;
    this.patience = patience;
    this.calls = calls;
  }

  /** A new object each time. */
  <T> T read(Class<T> type) {
    StateFormat format = new StateFormat(job);
    format.register(type);
    if (encoded == null) {
      encoded = fetch();
    }
    try {
      return format.decode(encoded, type);
    } catch (StoreException e) {
      throw control.fail(Failures.of(e));
    }
  }

  private EncodedState fetch() {
    return assignment.hasBounds() ? given(assignment.getBounds()) : fetchPlanned();
  }

  /** What a split of the running partition made of the planned one. */
  private static EncodedState given(SplitBounds bounds) {
    return new EncodedState(bounds.getTypes(), bounds.getValue().toByteArray());
  }

  private EncodedState fetchPlanned() {
    while (true) {
      control.check();
      try {
        EncodedState split = calls.await(this::readPlanned);
        patience.over();
        return split;
      } catch (StoreException e) {
        if (!e.isOutage()) {
          throw control.fail(Failures.of(e));
        }
        patience.waitForStore("the plan cannot be read: " + e.getMessage());
      }
    }
  }

  private EncodedState readPlanned() throws StoreException {
    PlanFile plan = job.plan(store, assignment.getPlan());
    return plan.split(assignment.getLease().getTask().getIndex());
  }
}
