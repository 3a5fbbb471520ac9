package dev.belay.jobs.simulation.job;

import dev.belay.runtime.lease.Epochs;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answer.Verdict;
import dev.belay.runtime.proto.Assignment;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Progress;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskProgress;
import java.util.function.Consumer;

/**
 * One assignment being worked on: the thread that a real worker has for it. It reports, waits for
 * what it has to wait for, and leaves at the next safe point when it is told to.
 */
public abstract class TaskRun {
  private static final long RETRY_MILLIS = 200;

  protected final Workplace at;
  protected final Assignment assignment;
  protected final RangeJob job;
  private boolean stopped;
  private boolean draining;
  private boolean leaving;
  private boolean left;
  private boolean lingering;
  private boolean awaitsStore;

  TaskRun(Workplace at, Assignment assignment) {
    this.at = at;
    this.assignment = assignment;
    this.job = at.job(RangeJob.nameIn(assignment.getSpec()));
  }

  /** The run for an assignment, of whichever kind. */
  public static TaskRun of(Workplace at, Assignment assignment) {
    return switch (assignment.getLease().getTask().getKind()) {
      case PLAN -> new PlanRun(at, assignment);
      case PUBLISH -> new PublishRun(at, assignment);
      default -> new PartitionRun(at, assignment);
    };
  }

  public abstract void begin();

  Progress progress() {
    return Progress.getDefaultInstance();
  }

  public final TaskProgress told() {
    return TaskProgress.newBuilder()
        .setLease(lease())
        .setProgress(progress())
        .setAwaitsStore(awaitsStore)
        .build();
  }

  public final Lease lease() {
    return assignment.getLease();
  }

  public final void stop() {
    stopped = true;
    soon(this::wakes);
  }

  /** Planning and publishing cannot be cut. */
  public void split(double fraction) {}

  public final void drain() {
    draining = true;
    soon(this::wakes);
  }

  /** A wait is over early: a stop or a drain came. */
  void wakes() {
    if (stopped) {
      leave();
    }
  }

  final boolean draining() {
    return draining;
  }

  // ---- for the runs themselves

  /** Goes on so much later, unless stopped meanwhile. */
  final void after(long micros, Runnable action) {
    at.process().after(1_000 * micros, () -> goOn(action));
  }

  final void later(Runnable action) {
    after(1_000 * RETRY_MILLIS, action);
  }

  /** The store could not be used, and until it can there is nothing to do. */
  final void laterWithStore(Runnable retry) {
    awaitsStore = true;
    at.storeFailed();
    later(retry);
  }

  private void soon(Runnable action) {
    at.process()
        .after(
            0,
            () -> {
              if (!left) {
                action.run();
              }
            });
  }

  /** Every way back into a run passes here: one that was stopped leaves instead. */
  final void goOn(Runnable action) {
    if (left || leaving) {
      return;
    }
    if (stopped) {
      leave();
    } else {
      action.run();
    }
  }

  /** Reports, and goes on when the answer is there; a refusal ends it. */
  final void report(Report.Builder report, Consumer<Answer> answered) {
    report(report, answered, refusal -> {});
  }

  /**
   * As above.
   *
   * @param refused is told of a refusal, even when the run has left long ago
   */
  final void report(Report.Builder report, Consumer<Answer> answered, Consumer<Answer> refused) {
    awaitsStore = false;
    at.report(
        report.setLease(lease()),
        answer -> {
          if (answer.getVerdict() == Verdict.REFUSED) {
            refused.accept(answer);
          }
          goOn(
              () -> {
                if (answer.getVerdict() == Verdict.REFUSED) {
                  leave();
                } else {
                  answered.accept(answer);
                }
              });
        });
  }

  /** The last word: the thread leaves when it is answered. */
  final void lastWord(Report.Builder report) {
    report(report, answer -> leave());
  }

  final void fail(Failed.Kind kind, String message) {
    at.say(lease(), "fails: " + message);
    lastWord(Report.newBuilder().setFailed(Failed.newBuilder().setKind(kind).setMessage(message)));
  }

  final void release() {
    lastWord(Report.newBuilder().setReleased(Released.getDefaultInstance()));
  }

  /** Something keeps the thread: it does not leave before. What it stores does not. */
  final void lingers(boolean now) {
    lingering = now;
    if (leaving) {
      leave();
    }
  }

  final void leave() {
    leaving = true;
    if (!left && !lingering) {
      left = true;
      at.left(lease());
    }
  }

  final boolean isLeaving() {
    return leaving || stopped;
  }

  /** As it is part of the names of what it stores. */
  final String epoch() {
    return Epochs.text(lease().getEpoch()).replace('.', '-');
  }
}
