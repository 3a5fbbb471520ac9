package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.JobEvents;
import dev.belay.jobs.cli.view.Names;
import dev.belay.jobs.cli.view.ProgressView;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Follows a job to its end, and shows a person how it comes along. Of a job of more partitions than
 * a page has, it looks at those alone that something is wrong with.
 */
final class JobFollower {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  static final long POLL_MILLIS = 200;
  private static final long POLL_LARGE_MILLIS = 1000;
  private static final long TROUBLE_MILLIS = 2000;
  private static final long STARTING_MILLIS = 15_000;

  /** More than one page. */
  private static final int LARGE = 1000;

  /** What happened to a large job since the last look. */
  private static final int RECENT_RECOVERIES = 1000;

  private final CoordinatorClient client;
  private final ProgressView view;
  private final Patience patience;
  private final Stop stop;
  private final long pollMillis;
  private final long troubleMillis;

  /** Of a job that runs elsewhere. */
  JobFollower(CoordinatorClient client, ProgressView view) {
    this(client, view, new Stop(), POLL_MILLIS, TROUBLE_MILLIS);
  }

  /**
   * Of a job on a cluster of our own, whose workers take their time to start.
   *
   * @param stop ends it early
   */
  JobFollower(CoordinatorClient client, ProgressView view, Stop stop, long pollMillis) {
    this(client, view, stop, pollMillis, STARTING_MILLIS);
  }

  private JobFollower(
      CoordinatorClient client, ProgressView view, Stop stop, long pollMillis, long troubleMillis) {
    this.client = client;
    this.view = view;
    this.stop = stop;
    this.pollMillis = pollMillis;
    this.troubleMillis = troubleMillis;
    this.patience = new Patience(PATIENCE, view::event, stop);
  }

  JobDescription follow(String jobId) {
    return follow(jobId, job -> {});
  }

  /**
   * Returns when the job has ended, or when it was stopped.
   *
   * @param observer told of each look at the job
   * @return the job as it was last seen; if that is large, without partitions: {@link JobPages}
   *     reads them
   */
  JobDescription follow(String jobId, Consumer<JobDescription> observer) {
    return follow(jobId, observer, job -> false);
  }

  /** As {@link #follow(String)}, and returns as soon as a look at the job is what is waited for. */
  JobDescription follow(String jobId, Predicate<JobDescription> awaited) {
    return follow(jobId, job -> {}, awaited);
  }

  private JobDescription follow(
      String jobId, Consumer<JobDescription> observer, Predicate<JobDescription> awaited) {
    JobEvents events = new JobEvents((int) (troubleMillis / pollMillis));
    boolean large = false;
    while (true) {
      DescribeJobRequest look = look(jobId, large);
      JobDescription job = patience.ask(() -> client.describe(look));
      events.next(job).forEach(view::event);
      view.show(job.getSummary());
      observer.accept(job);
      boolean whole = !large && !job.hasNextPartition();
      large = job.getSummary().getPartitions() > LARGE;
      if (Names.ended(job.getSummary().getState())
          || awaited.test(job)
          || stop.await(large ? POLL_LARGE_MILLIS : pollMillis)) {
        return whole ? job : job.toBuilder().clearPartitions().setNextPartition(0).build();
      }
    }
  }

  private static DescribeJobRequest look(String jobId, boolean large) {
    DescribeJobRequest.Builder look = DescribeJobRequest.newBuilder().setJob(jobId);
    if (large) {
      look.setTroubled(true).setRecoveries(RECENT_RECOVERIES);
    }
    return look.build();
  }
}
