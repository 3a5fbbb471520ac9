package dev.belay.coordinator.core;

import dev.belay.runtime.proto.SplitRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which leases were asked to be cut in two, and what came of that: soft state. Who declines, or
 * does not answer for long, is let alone for a while, each time for longer.
 */
final class SplitRequests {
  /** A message may be lost. */
  private static final long REPEAT_NANOS = 2_000_000_000L;

  /** Without a safe point for so long, it does not come to one soon. */
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private static final long FIRST_REST_NANOS = 5_000_000_000L;
  private static final int MOST_DOUBLINGS = 6;

  /** What is known of a piece before its worker says anything of it. */
  private static final long EXPECTED_NANOS = 5_000_000_000L;

  /** A lease that was asked. */
  private static final class Asked {
    final Hold hold;
    final double fraction;
    final double secondsLeft;
    final long sinceNanos;
    long saidNanos;

    Asked(Hold hold, double fraction, double secondsLeft, long nanos) {
      this.hold = hold;
      this.fraction = fraction;
      this.secondsLeft = secondsLeft;
      sinceNanos = nanos;
      saidNanos = nanos;
    }
  }

  private record Rest(int times, long untilNanos) {}

  private record Piece(JobRecord job, int index) {}

  private record Expected(double secondsLeft, long atNanos) {}

  private final Map<Hold, Asked> asked = new LinkedHashMap<>();
  private final Map<Hold, Rest> resting = new LinkedHashMap<>();
  private final Map<Piece, Expected> expected = new LinkedHashMap<>();
  private final List<Asked> unsaid = new ArrayList<>();

  /**
   * Asks for a cut.
   *
   * @param fraction what the head is to keep of what is left
   * @param secondsLeft how long the whole would take, as far as is known
   */
  void ask(Hold hold, double fraction, double secondsLeft, long nanos) {
    Asked one = new Asked(hold, fraction, secondsLeft, nanos);
    asked.put(hold, one);
    unsaid.add(one);
  }

  boolean pending(Hold hold) {
    return asked.containsKey(hold);
  }

  /** How many leases of a job are to be cut. */
  int pending(JobRecord job) {
    return (int) asked.keySet().stream().filter(hold -> hold.task.job == job).count();
  }

  /** Whether it is to be let alone. */
  boolean rests(Hold hold, long nanos) {
    Rest rest = resting.get(hold);
    return rest != null && nanos - rest.untilNanos < 0;
  }

  /** Whether this lease was asked, to no avail. */
  boolean declines(Hold hold) {
    return resting.containsKey(hold);
  }

  /** It says no, or nothing. */
  void declined(Hold hold, long nanos) {
    asked.remove(hold);
    Rest before = resting.get(hold);
    int times = before == null ? 0 : Math.min(MOST_DOUBLINGS, before.times + 1);
    resting.put(hold, new Rest(times, nanos + (FIRST_REST_NANOS << times)));
  }

  /** It was cut, and its tail is a new partition. */
  void done(Hold hold, int tailIndex, long nanos) {
    Asked one = asked.remove(hold);
    if (one != null) {
      JobRecord job = hold.task.job;
      expect(new Piece(job, hold.task.index), one.secondsLeft * one.fraction, nanos);
      expect(new Piece(job, tailIndex), one.secondsLeft * (1 - one.fraction), nanos);
    }
  }

  private void expect(Piece piece, double secondsLeft, long nanos) {
    expected.put(piece, new Expected(secondsLeft, nanos));
  }

  /** What the cut that it came of promises; NaN: nothing is known. */
  double secondsLeft(TaskRecord task, long nanos) {
    Expected one = expected.get(new Piece(task.job, task.index));
    return one == null ? Double.NaN : Math.max(0, one.secondsLeft - (nanos - one.atNanos) / 1e9);
  }

  /** To be called now and then: forgets what is over, repeats, gives up. */
  void tick(long nanos) {
    asked.keySet().removeIf(hold -> !hold.current());
    resting.keySet().removeIf(hold -> !hold.current());
    expected.values().removeIf(one -> nanos - one.atNanos >= EXPECTED_NANOS);
    for (Asked one : List.copyOf(asked.values())) {
      if (nanos - one.sinceNanos >= PATIENCE_NANOS) {
        declined(one.hold, nanos);
      } else if (nanos - one.saidNanos >= REPEAT_NANOS) {
        one.saidNanos = nanos;
        unsaid.add(one);
      }
    }
  }

  /** Whom to tell now. */
  List<Hold> drainUnsaid() {
    if (unsaid.isEmpty()) {
      return List.of();
    }
    List<Hold> due =
        unsaid.stream()
            .map(one -> one.hold)
            .filter(hold -> hold.current() && asked.containsKey(hold))
            .distinct()
            .toList();
    unsaid.clear();
    return due;
  }

  /** As the worker is told; null: it was not asked. */
  @Nullable SplitRequest of(Hold hold) {
    Asked one = asked.get(hold);
    return one == null
        ? null
        : SplitRequest.newBuilder().setLease(hold.lease()).setFraction(one.fraction).build();
  }
}
