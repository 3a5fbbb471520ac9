package dev.belay.worker.task;

import dev.belay.runtime.job.TaskStoppedError;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Report;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Where an attempt's thread meets those who want something of it.
 *
 * <p>Others say that it must end, or that the worker drains; the attempt's thread learns of it when
 * it asks ({@link #check}), when it waits ({@link #await}, {@link #pause}), or through the listener
 * that raises its safe point. An attempt ends once: the first ending stands, except that a stop,
 * which means that nothing counts any more, replaces the others.
 *
 * <p>Thread-safe, but waiting is for the attempt's own thread. An interrupt does not end a wait,
 * since a stop does; it is kept for the job's code.
 */
final class Control {
  private final Lease lease;
  private final Reporter reporter;
  private final Ticker ticker;
  private final Troubles troubles;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final CompletableFuture<Void> drain = new CompletableFuture<>();
  private volatile @Nullable Ending ending;
  private volatile Runnable listener = () -> {};
  private volatile Waits waits = Waits.UNSEEN;

  /** Is told, on the attempt's thread, when that waits for something that is not the job's code. */
  interface Waits {
    Waits UNSEEN =
        new Waits() {
          @Override
          public void begin() {}

          @Override
          public void end() {}
        };

    void begin();

    void end();
  }

  Control(Lease lease, Reporter reporter, Ticker ticker, Troubles troubles) {
    this.lease = lease;
    this.reporter = reporter;
    this.ticker = ticker;
    this.troubles = troubles;
  }

  Troubles troubles() {
    return troubles;
  }

  Ticker ticker() {
    return ticker;
  }

  /** Is told, on any thread, of each thing that is wanted from now on. */
  void onSignal(Runnable listener) {
    this.listener = listener;
  }

  /** Who is told of waiting; for the attempt's thread. */
  void onWait(Waits waits) {
    this.waits = waits;
  }

  void stop(String reason) {
    end(new Ending.Stopped(reason));
  }

  void drain() {
    drain.complete(null);
    signal();
  }

  /** Tells the listener that something is wanted. */
  void signal() {
    listener.run();
  }

  boolean draining() {
    return drain.isDone();
  }

  /** Ends the attempt with a failure; throw what this returns. */
  TaskStoppedError fail(Failed failed) {
    end(new Ending.Broken(failed));
    return stoppedError();
  }

  /**
   * Ends an attempt whose thread hangs, so that the failure is reported from here; any thread. Only
   * then is that thread told anything: what it does next comes after.
   */
  void giveUp(Failed failed) {
    if (settle(new Ending.Stuck(failed.getMessage()))) {
      tell(Report.newBuilder().setFailed(failed));
      announce();
    }
  }

  /** Something in the background failed for good, or the worker shuts down. */
  void endFor(Throwable thrown) {
    if (thrown instanceof CancellationException || thrown instanceof RejectedExecutionException) {
      stop("the worker shuts down");
    } else {
      end(new Ending.Broken(Failures.of(thrown)));
    }
  }

  /** Ends the attempt because its lease is over, with all said; throw what this returns. */
  TaskStoppedError over(String reason) {
    end(new Ending.Stopped(reason));
    return stoppedError();
  }

  /** Ends the attempt by giving the lease back; throw what this returns. */
  TaskStoppedError release() {
    end(new Ending.Released("the worker leaves, the task goes on elsewhere"));
    return stoppedError();
  }

  private void end(Ending wanted) {
    if (settle(wanted)) {
      announce();
    }
  }

  private synchronized boolean settle(Ending wanted) {
    if (ending instanceof Ending.Stopped
        || (ending != null && !(wanted instanceof Ending.Stopped))) {
      return false;
    }
    ending = wanted;
    return true;
  }

  private void announce() {
    ended.complete(null);
    if (ending instanceof Ending.Stopped) {
      stopped.complete(null);
    }
    signal();
  }

  @Nullable Ending ending() {
    return ending;
  }

  boolean isStopped() {
    return stopped.isDone();
  }

  /** Runs the action, on any thread, once the attempt must end. */
  void whenEnded(Runnable action) {
    var unused = ended.thenRun(action);
  }

  /** Runs the action, on any thread, once nothing counts any more. */
  void whenStopped(Runnable action) {
    var unused = stopped.thenRun(action);
  }

  /** Returns if the attempt may go on. */
  void check() {
    if (ending != null) {
      throw stoppedError();
    }
  }

  private TaskStoppedError stoppedError() {
    Ending now = ending;
    return new TaskStoppedError(now == null ? "the task has ended" : now.reason());
  }

  /**
   * Queues a report of this lease. The future never fails: where nothing is reported any more, the
   * answer is a refusal.
   */
  CompletableFuture<Answer> report(Report.Builder report) {
    if (isStopped()) {
      return CompletableFuture.completedFuture(
          refusal("the lease is gone").toBuilder().setDiscard(true).build());
    }
    return reporter
        .report(report.setLease(lease).build())
        .exceptionally(failed -> refusal("the worker shuts down"));
  }

  private static Answer refusal(String why) {
    return Answer.newBuilder().setVerdict(Answer.Verdict.REFUSED).setMessage(why).build();
  }

  /** Reports, and does not wait. */
  void tell(Report.Builder report) {
    var unused = report(report).thenAccept(this::hear);
  }

  /** Reports, and returns once it counts. */
  void reportAndWait(Report.Builder report) {
    hear(await(report(report)));
    check();
  }

  /** Whatever is not a yes ends the attempt. */
  void hear(Answer answer) {
    if (answer.getVerdict() != Answer.Verdict.OK) {
      stop(answer.getMessage());
    }
  }

  /** The last report of an attempt that has ended: only a stop keeps it from waiting. */
  void lastReport(Report.Builder report) {
    CompletableFuture<Answer> answer = report(report);
    waitFor(CompletableFuture.anyOf(answer, stopped));
  }

  /**
   * Waits for a future that does not fail.
   *
   * @throws TaskStoppedError if the attempt ends first
   */
  <T> T await(CompletableFuture<T> future) {
    waitFor(CompletableFuture.anyOf(future, ended));
    check();
    return future.join();
  }

  /** Lets time pass. */
  void pause(Duration duration) {
    waitFor(CompletableFuture.anyOf(later(duration), ended));
    check();
  }

  /**
   * Lets time pass where nothing would be lost by leaving: a drain gives the lease back at once.
   */
  void pauseOrRelease(Duration duration) {
    waitFor(CompletableFuture.anyOf(later(duration), ended, drain));
    checkOrRelease();
  }

  /** Returns if the attempt may go on, where nothing would be lost by leaving. */
  void checkOrRelease() {
    check();
    if (draining()) {
      throw release();
    }
  }

  private CompletableFuture<Void> later(Duration duration) {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    Ticker.Call call = ticker.after(duration, () -> passed.complete(null));
    return CompletableFuture.anyOf(passed, ended).thenAccept(ignored -> call.cancel());
  }

  private void waitFor(CompletableFuture<?> future) {
    Waits told = waits;
    told.begin();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return;
        }
      }
    } finally {
      told.end();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
