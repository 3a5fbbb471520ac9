package dev.belay.worker.task;

import dev.belay.runtime.job.Job;
import dev.belay.runtime.job.SplittableJob;
import dev.belay.runtime.proto.Failed;
import dev.belay.runtime.proto.Progress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cutting in halves a partition that fails, from where it would go on: the lease is for that alone,
 * and the job's {@code run} is not called. What is reported is the cut, or that there is none.
 */
final class BisectWork implements Work {
  private final Job job;
  private final Control control;
  private final Background background;
  private final Cutting cutting;
  private final Supplier<PartitionParts> begin;

  /**
   * @param begin makes what belongs to the thread that it is called on
   */
  BisectWork(
      Job job,
      Control control,
      Background background,
      Cutting cutting,
      Supplier<PartitionParts> begin) {
    this.job = job;
    this.control = control;
    this.background = background;
    this.cutting = cutting;
    this.begin = begin;
  }

  @Override
  public void run() {
    PartitionParts parts = begin.get();
    try {
      control.checkOrRelease();
      control.onWait(parts.stuck());
      halve(parts);
    } finally {
      parts.schedule().close();
      parts.watch().close();
      parts.stuck().close();
    }
  }

  private void halve(PartitionParts parts) {
    Restore.@Nullable Restored<?> latest = latest(parts);
    // From here on the job's code has control, and may hang.
    parts.stuck().passed();
    Cutting.Outcome outcome =
        latest == null
            ? cutting.halve(parts.splits(), null, Progress.getDefaultInstance())
            : cutting.halve(parts.splits(), latest.state(), latest.checkpoint().getProgress());
    Cutting.Pieces pieces = outcome.pieces();
    if (pieces == null) {
      throw control.fail(indivisible(outcome.why(), cutting.words(parts.splits())));
    }
    control.reportAndWait(pieces.report(null));
    throw control.over("it was cut in two, and each half goes on under a new lease");
  }

  private Restore.@Nullable Restored<?> latest(PartitionParts parts) {
    if (!(job instanceof SplittableJob<?, ?> splittable)) {
      return null;
    }
    parts.states().registerAlone(splittable.stateType());
    return parts.restore().latest(splittable.stateType());
  }

  private static Failed indivisible(String why, String range) {
    return Failed.newBuilder()
        .setKind(Failed.Kind.INDIVISIBLE)
        .setMessage(why)
        .setRange(range)
        .build();
  }

  @Override
  public void whenSettled(Runnable action) {
    var unused = background.close().thenRun(action);
  }
}
