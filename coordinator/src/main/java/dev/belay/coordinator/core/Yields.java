package dev.belay.coordinator.core;

import dev.belay.runtime.proto.Cause;
import dev.belay.runtime.proto.Event;
import dev.belay.runtime.proto.TaskReleased;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one way to take work from a healthy worker: its leases are asked to yield. The worker takes a
 * final checkpoint and gives the task back; until it says so (or anything else that ends the lease)
 * the lease is held as before. Like asking for the bill: it is asked again now and then, and who
 * does not react for too long is taken the table away.
 *
 * <p>Soft state. What is lost with a coordinator is asked again by whoever asked: for paused and
 * stopping jobs {@link Core#resume} does.
 */
final class Yields {
  /** After which the lease is taken away. */
  static final long PATIENCE_NANOS = 30_000_000_000L;

  /** A message may be lost. */
  static final long REPEAT_NANOS = 1_000_000_000L;

  /** A gap between two looks at the clock that was the coordinator's own. */
  private static final long STALL_NANOS = 1_000_000_000L;

  /** A lease that is to be given back, and what for. */
  static final class Asked {
    final Hold hold;
    final Cause cause;

    /** For people. */
    final String reason;

    private long sinceNanos;
    private long saidNanos;

    private Asked(Hold hold, Cause cause, String reason, long nanos) {
      this.hold = hold;
      this.cause = cause;
      this.reason = reason;
      sinceNanos = nanos;
      saidNanos = nanos;
    }
  }

  private final Map<Hold, Asked> asked = new LinkedHashMap<>();
  private final List<Asked> unsaid = new ArrayList<>();
  private long lookedNanos;

  /**
   * Asks for a lease that is held; who has been asked is not asked again for another reason.
   *
   * @param cause one of {@link Causes.Kind#YIELD}: how the end of the lease will count
   */
  void ask(Hold hold, Cause cause, String reason, long nanos) {
    if (Causes.kind(cause) != Causes.Kind.YIELD) {
      throw new IllegalArgumentException("nobody yields for " + cause);
    }
    if (asked.isEmpty()) {
      lookedNanos = nanos;
    }
    if (hold.current() && !asked.containsKey(hold)) {
      Asked one = new Asked(hold, cause, reason, nanos);
      asked.put(hold, one);
      unsaid.add(one);
    }
  }

  /** Null: was not asked to. */
  @Nullable Asked of(Hold hold) {
    return asked.get(hold);
  }

  /** How many leases are on their way back. */
  int count() {
    return asked.size();
  }

  /** All that were asked and have not given back. */
  Collection<Asked> all() {
    return asked.values();
  }

  /** Those who were not told yet, or so long ago that it may be lost. */
  List<Asked> drainUnsaid() {
    if (unsaid.isEmpty()) {
      return List.of();
    }
    List<Asked> due = List.copyOf(unsaid);
    unsaid.clear();
    return due;
  }

  /**
   * To be called at each tick: forgets what has ended, repeats, and ends the leases of those who
   * were asked too long ago, at most as many as the draft has room for.
   */
  void tick(Decision.Draft draft, int mostEvents, long nanos) {
    if (asked.isEmpty()) {
      return;
    }
    long stall = nanos - lookedNanos > STALL_NANOS ? nanos - lookedNanos : 0;
    lookedNanos = nanos;
    asked.values().removeIf(one -> !one.hold.current());
    for (Asked one : asked.values()) {
      one.sinceNanos += stall;
      if (nanos - one.sinceNanos >= PATIENCE_NANOS && draft.size() < mostEvents) {
        draft.add(revoking(draft, one));
      } else if (nanos - one.saidNanos >= REPEAT_NANOS) {
        one.saidNanos = nanos;
        unsaid.add(one);
      }
    }
  }

  private static Event.Builder revoking(Decision.Draft draft, Asked one) {
    return draft
        .event()
        .setTaskReleased(
            TaskReleased.newBuilder()
                .setLease(one.hold.lease())
                .setCause(one.cause)
                .setRevoked(true)
                .setMessage(
                    one.reason
                        + "; it was not given back within "
                        + PATIENCE_NANOS / 1_000_000_000L
                        + " s, so the work since its last checkpoint is done again"));
  }
}
