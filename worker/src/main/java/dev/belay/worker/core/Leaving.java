package dev.belay.worker.core;

import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.text.Counted;

/** Whether the worker gives everything back and ends, and how long it may take over it. */
final class Leaving {
  private static final long NANOS = 1_000_000L;

  private final long budgetMillis;
  private Outcome outcome = new Outcome(Outcome.Kind.DRAINED, "drained: everything was given back");
  private boolean begun;
  private boolean unfit;
  private boolean known;
  private long byNanos;

  Leaving(long budgetMillis) {
    this.budgetMillis = budgetMillis;
  }

  /** Returns whether this is the first time. */
  boolean begin(long nowNanos) {
    boolean first = !begun;
    if (first) {
      begun = true;
      byNanos = nowNanos + budgetMillis * NANOS;
    }
    return first;
  }

  /** Whether a task says what ends the worker: what else got no memory, nobody knows. */
  boolean takes(Report report) {
    if (report.getFailed().getKind() != Failed.Kind.OUT_OF_MEMORY) {
      return false;
    }
    unfit(
        new Outcome(
            Outcome.Kind.OUT_OF_MEMORY,
            "a partition ran out of memory, so this worker gives everything back and ends: start it"
                + " again, with more heap (-Xmx) or fewer slots"));
    return true;
  }

  /** Nothing can be done here; what was sent on its way here meanwhile is given back, too. */
  void unfit(Outcome why) {
    unfit = true;
    outcome = why;
  }

  /** The coordinator has answered. */
  void heard() {
    known = begun;
  }

  /**
   * Whether nothing more will come: it matters to one who is unfit, to whom all may be on its way.
   */
  boolean mayEnd() {
    return begun && (known || !unfit);
  }

  Outcome outcome() {
    return outcome;
  }

  boolean begun() {
    return begun;
  }

  /** Whether the time that it may take has passed. */
  boolean over(long nowNanos) {
    return begun && nowNanos - byNanos >= 0;
  }

  /** The deadline given, or its own if that is sooner. */
  long earlier(long deadlineNanos) {
    return begun && byNanos - deadlineNanos < 0 ? byNanos : deadlineNanos;
  }

  /** How it ended when the time was over. */
  Outcome late(int running) {
    return unfit
        ? outcome
        : new Outcome(
            Outcome.Kind.DRAIN_TIMED_OUT,
            "drained in part: after "
                + budgetMillis
                + " ms "
                + Counted.of(running, "task was", "tasks were")
                + " still running; what runs resumes elsewhere from its latest checkpoint");
  }
}
