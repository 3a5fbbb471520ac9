package dev.belay.bench.throughput;

import dev.belay.bench.Benchmark;
import dev.belay.bench.recovery.ProcessCluster;
import dev.belay.jobs.cli.CoordinatorClient;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.SubmitRequest;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One job of tiny partitions, from its submission to its end, and what was seen of it; its costs
 * are counted from when this is made.
 */
final class JobRun {
  static final String COORDINATOR = "coordinator";
  private static final long POLL_MILLIS = 50;
  private static final int POLLS_A_LOOK = 20;
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(30);
  private static final double MILLI = 1e6;

  private final CoordinatorClient client;
  private final int partitions;
  private final Timeline timeline;
  private final Costs costs;
  private long submittedNanos;
  private long plannedNanos;
  private long completedNanos;
  private long endedNanos;

  JobRun(ProcessCluster cluster, CoordinatorClient client, int partitions) {
    this.client = client;
    this.partitions = partitions;
    this.timeline = new Timeline(partitions);
    this.costs = new Costs(cluster);
  }

  int partitions() {
    return partitions;
  }

  Timeline timeline() {
    return timeline;
  }

  double planMillis() {
    return (plannedNanos - submittedNanos) / MILLI;
  }

  double publishMillis() {
    return (endedNanos - completedNanos) / MILLI;
  }

  Costs costs() {
    return costs;
  }

  void run(String name, Benchmark.Progress progress) throws IOException, InterruptedException {
    submittedNanos = System.nanoTime();
    String id = submit(name);
    for (int polls = 1; endedNanos == 0; polls++) {
      Thread.sleep(POLL_MILLIS);
      if (polls % POLLS_A_LOOK == 0) {
        costs.look();
      }
      JobSummary job = client.describe(id, true).getSummary();
      look(job, System.nanoTime());
      progress.at(
          String.format(Locale.ROOT, "%s: %,d of %,d", name, job.getSucceeded(), partitions));
    }
    costs.look();
  }

  private String submit(String name) {
    return client.submit(
        SubmitRequest.newBuilder()
            .setKey(name)
            .setSpec(
                JobSpec.newBuilder().setJob(TinyJob.NAME).setName(name).setPartitions(partitions))
            .build());
  }

  private void look(JobSummary job, long now) throws IOException {
    if (plannedNanos == 0 && job.getPartitions() > 0) {
      plannedNanos = now;
      timeline.seen(now, 0);
    }
    if (plannedNanos != 0 && completedNanos == 0) {
      timeline.seen(now, job.getSucceeded());
      completedNanos = job.getSucceeded() == partitions ? now : 0;
    }
    if (job.getState() == JobState.JOB_SUCCEEDED) {
      endedNanos = now;
    } else if (job.getEndedMillis() != 0 || now - submittedNanos > LIMIT_NANOS) {
      throw new IOException("the job ended as " + job.getState() + ": " + job.getError());
    }
  }
}
