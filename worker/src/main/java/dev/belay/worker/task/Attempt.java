package dev.belay.worker.task;

import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.Released;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.TaskProgress;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease being worked on: on one thread, from the start of the work to the answer to its last
 * report.
 *
 * <p>However the work leaves its thread, the {@link Ending} decides what is reported: nothing if
 * the lease is gone, that the task is given back if the worker drains, the failure if there is one.
 * An exception that comes out of an attempt which had to end is only the way it came out.
 */
final class Attempt implements RunningTask {
  private static final Logger log = LoggerFactory.getLogger(Attempt.class);

  private final Lease lease;
  private final String name;
  private final Control control;
  private final Work work;
  private final TaskSettings settings;
  private final Scratch scratch;
  private final Disk disk;
  private final TaskLog taskLog;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Crew crew;
  private volatile @Nullable Thread thread;

  /** The job's code is through; what remains is ours, and does not hang. */
  private volatile boolean left;

  /**
   * @param scratch what this attempt leaves in it is removed
   */
  Attempt(
      Lease lease,
      String name,
      Control control,
      Work work,
      TaskSettings settings,
      Scratch scratch,
      Disk disk,
      TaskLog taskLog,
      Crew crew) {
    this.lease = lease;
    this.name = name;
    this.control = control;
    this.work = work;
    this.settings = settings;
    this.scratch = scratch;
    this.disk = disk;
    this.taskLog = taskLog;
    this.crew = crew;
  }

  void start() {
    control.whenStopped(() -> control.ticker().after(settings.stopGrace(), this::interrupt));
    control.whenEnded(this::hurry);
    crew.live(threadName(), this::live, this::leave);
  }

  @Override
  public Lease lease() {
    return lease;
  }

  @Override
  public void stop(String reason) {
    if (!control.isStopped() && !ended.isDone()) {
      log.info("{}: stopped: {}", name, reason);
    }
    control.stop(reason);
  }

  @Override
  public void drain() {
    control.drain();
  }

  @Override
  public void split(double fraction) {
    work.split(fraction);
  }

  @Override
  public TaskProgress progress() {
    return TaskProgress.newBuilder()
        .setLease(lease)
        .setProgress(work.progress())
        .setTrouble(control.troubles().text())
        .setAwaitsStore(control.troubles().awaitsStore())
        .build();
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  private void hurry() {
    if (control.ending() instanceof Ending.Stuck) {
      interrupt();
    }
    control.ticker().after(settings.patience(), this::complain);
  }

  private String threadName() {
    return "belay-" + name;
  }

  private void live() {
    thread = Thread.currentThread();
    try {
      conclude(work());
    } catch (Throwable t) {
      log.error("{}: its end could not be reported", name, t);
    }
  }

  private void leave() {
    // A put that hangs still reads what is in there; nobody else waits for it.
    work.whenSettled(this::clear);
    taskLog.forget(threadName());
    ended.complete(null);
  }

  private void clear() {
    try {
      scratch.remove(disk);
    } catch (IOException e) {
      log.warn("{}: its temporary files in {} could not be removed", name, scratch, e);
    }
  }

  private @Nullable Throwable work() {
    try {
      work.run();
      return null;
    } catch (Throwable t) {
      // Whatever the job's code does, running out of memory included, is the job's failure.
      return t;
    } finally {
      leaveJob();
    }
  }

  private synchronized void leaveJob() {
    left = true;
  }

  private void conclude(@Nullable Throwable thrown) {
    Ending ending = control.ending();
    if (ending instanceof Ending.Stopped) {
      log.debug("{}: left after being stopped", name, thrown);
    } else if (ending instanceof Ending.Stuck) {
      log.info("{}: left after being given up", name);
    } else if (ending instanceof Ending.Released) {
      log.info("{}: given back", name);
      control.lastReport(Report.newBuilder().setReleased(Released.getDefaultInstance()));
    } else if (ending instanceof Ending.Broken broken) {
      failed(broken.failed(), thrown);
    } else if (thrown != null) {
      failed(Failures.of(thrown), thrown);
    }
  }

  private void failed(Failed failed, @Nullable Throwable thrown) {
    if (failed.getKind() == Failed.Kind.INDIVISIBLE) {
      log.info("{}: cannot be cut in two: {}", name, failed.getMessage());
    } else if (failed.getKind() == Failed.Kind.PERMANENT) {
      // The message says it all; the stack would only hide it.
      log.warn("{}: failed: {}", name, failed.getMessage());
      log.debug("{}: failed", name, thrown);
    } else {
      log.warn("{}: failed: {}", name, failed.getMessage(), thrown);
    }
    control.lastReport(
        Report.newBuilder()
            .setFailed(failed.toBuilder().addAllLog(LogLines.of(taskLog, threadName()))));
  }

  /**
   * Nothing that it does counts any more. Where it still does, it is let alone: the job's code may
   * be putting something in order on its way out. Nor does it hit whom the thread works for next.
   */
  private synchronized void interrupt() {
    Thread own = thread;
    if (!left && own != null) {
      own.interrupt();
    }
  }

  private void complain() {
    Thread own = thread;
    if (left || own == null) {
      return;
    }
    log.warn(
        "{}: has to end and does not reach a safe point; it hangs here:{}",
        name,
        StackTraces.of(own));
    control.ticker().after(settings.patience(), this::complain);
  }
}
