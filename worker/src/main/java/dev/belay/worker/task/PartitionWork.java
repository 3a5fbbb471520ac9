package dev.belay.worker.task;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.proto.Progress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Working through one split. */
final class PartitionWork implements Work {
  private final Job job;
  private final Control control;
  private final Background background;
  private final Cutting cutting;
  private final Supplier<PartitionSession> begin;

  /** For the heartbeat, which may come before the thread does. */
  private volatile @Nullable PartitionTask task;

  /**
   * @param begin makes the session of the thread that it is called on
   */
  PartitionWork(
      Job job,
      Control control,
      Background background,
      Cutting cutting,
      Supplier<PartitionSession> begin) {
    this.job = job;
    this.control = control;
    this.background = background;
    this.cutting = cutting;
    this.begin = begin;
  }

  @Override
  public void run() throws Exception {
    PartitionSession session = begin.get();
    PartitionTask own = session.task();
    task = own;
    control.onSignal(own::raise);
    try {
      control.checkOrRelease();
      session.begin();
      job.run(own);
      // What the job's code left of an interrupt would end our own reading and writing.
      Thread.interrupted();
      session.complete();
    } finally {
      session.close();
    }
  }

  @Override
  public Progress progress() {
    PartitionTask now = task;
    return now == null ? Progress.getDefaultInstance() : now.progress();
  }

  @Override
  public void split(double fraction) {
    cutting.ask(fraction);
  }

  @Override
  public void whenSettled(Runnable action) {
    var unused = background.close().thenRun(action);
  }
}
