package dev.belay.jobs.cli.view;

import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.text.Counted;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** For logs and pipes: a line now and then. */
public final class PlainProgress implements ProgressView {
  private static final long INTERVAL_MILLIS = 10_000;

  private final Consumer<String> lines;
  private final LongSupplier millis;
  private long shownMillis;

  /**
   * @param millis a clock that never goes back
   */
  public PlainProgress(Consumer<String> lines, LongSupplier millis) {
    this.lines = lines;
    this.millis = millis;
    this.shownMillis = millis.getAsLong();
  }

  @Override
  public synchronized void show(JobSummary job) {
    long now = millis.getAsLong();
    if (now - shownMillis < INTERVAL_MILLIS) {
      return;
    }
    shownMillis = now;
    String share = Human.share(job.getProgress().getDone(), job.getProgress().getTotal());
    lines.accept(
        job.getName()
            + " "
            + Names.of(job.getState())
            + (share.isEmpty() ? "" : " " + share)
            + (job.getPartitions() == 0 ? "" : partitions(job)));
  }

  private static String partitions(JobSummary job) {
    return ", %d of %s done, %d running"
        .formatted(
            job.getSucceeded(), Counted.of(job.getPartitions(), "partition"), job.getRunning());
  }

  @Override
  public synchronized void event(String line) {
    lines.accept(line);
  }

  @Override
  public synchronized void close() {}
}
