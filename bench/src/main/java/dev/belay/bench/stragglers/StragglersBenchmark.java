package dev.belay.bench.stragglers;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.recovery.Observer;
import dev.belay.bench.recovery.ProcessCluster;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import dev.belay.jobs.cli.CoordinatorClient;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Stragglers;
import dev.belay.runtime.proto.SubmitRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A job on eight slots whose work is spread unevenly, beside the same work in even pieces: one
 * partition that holds half of it, and one whose machine is twenty times too slow.
 */
public final class StragglersBenchmark implements Benchmark {
  private static final int WORKERS = 4;
  private static final int SLOTS = 2;
  private static final int PIECE_MILLIS = 2_000;
  private static final long POLL_MILLIS = 20;
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(10);

  @Override
  public String name() {
    return "stragglers";
  }

  @Override
  public String description() {
    return "one partition with half of all work, and one on a slow machine, on 8 slots";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(conditions.profile().smoke() ? 20 : 110);
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress)
      throws IOException, InterruptedException {
    int pieces = conditions.profile().smoke() ? 8 : 48;
    try (WorkDirectory directory = WorkDirectory.below(conditions.directory());
        ProcessCluster cluster = new ProcessCluster(directory.path(), SLOTS, List.of("-Xmx512m"));
        CoordinatorClient client = new CoordinatorClient(cluster.address())) {
      try {
        progress.at("starting a coordinator and " + WORKERS + " workers");
        start(cluster, new Observer(client));
        return List.of(measured(client, directory.path(), pieces, progress));
      } catch (IOException e) {
        throw new IOException(e.getMessage() + cluster.lastWords(), e);
      }
    }
  }

  private static void start(ProcessCluster cluster, Observer observer)
      throws IOException, InterruptedException {
    cluster.startCoordinator();
    observer.awaitLive(0);
    for (int i = 1; i <= WORKERS; i++) {
      cluster.startWorker("w" + i);
    }
    observer.awaitLive(WORKERS);
  }

  private static Table measured(
      CoordinatorClient client, Path directory, int pieces, Progress progress)
      throws IOException, InterruptedException {
    int half = pieces / 2 * PIECE_MILLIS;
    JobSpec.Builder evenly = spec(TicksJob.NAME, pieces, PIECE_MILLIS);
    JobSpec.Builder uneven = spec(TicksJob.NAME, pieces / 2 + 1, half);
    JobSpec.Builder slow = spec(SlowTicksJob.NAME, pieces, PIECE_MILLIS);
    progress.at("the same work, evenly");
    Run even = run(client, "even", evenly);
    progress.at("half of it in one partition");
    Run split = run(client, "half in one", uneven);
    progress.at("one partition on a slow machine");
    Run again = run(client, "one slow", slow.addParameters(mark(directory, "a")));
    progress.at("half of it in one partition, and nothing done about it");
    Run off =
        run(
            client,
            "half in one, off",
            spec(TicksJob.NAME, pieces / 2 + 1, half).setStragglers(Stragglers.STRAGGLERS_OFF));
    Table.Builder table =
        Table.titled(
                "%d s of work on %d workers of %d slots"
                    .formatted(pieces * PIECE_MILLIS / 1000, WORKERS, SLOTS))
            .column("run", "", Format.TEXT)
            .column("millis", "wall time", Format.MILLIS)
            .column("ratio", "to even", Format.RATIO)
            .column("partitions", "partitions", Format.COUNT)
            .column("attempts", "attempts", Format.COUNT);
    for (Run run : List.of(even, split, again, off)) {
      table.row(run.name, run.millis, run.millis / even.millis, run.partitions, run.attempts);
    }
    return table
        .note("goal: one partition with half of all work takes at most 1.3 times the even split")
        .build();
  }

  private static Parameter mark(Path directory, String name) {
    return Parameter.newBuilder()
        .setKey(SlowTicksJob.MARK)
        .setValue(directory.resolve(name).toAbsolutePath().toString())
        .build();
  }

  private static JobSpec.Builder spec(String job, int partitions, int firstMillis) {
    return JobSpec.newBuilder()
        .setJob(job)
        .setPartitions(partitions)
        .setCheckpointIntervalMillis(1_000)
        .addParameters(
            Parameter.newBuilder().setKey(TicksJob.FIRST).setValue(Integer.toString(firstMillis)))
        .addParameters(
            Parameter.newBuilder()
                .setKey(TicksJob.OTHERS)
                .setValue(Integer.toString(PIECE_MILLIS)));
  }

  private record Run(String name, double millis, int partitions, int attempts) {}

  private static Run run(CoordinatorClient client, String name, JobSpec.Builder spec)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    String id =
        client.submit(SubmitRequest.newBuilder().setKey(name).setSpec(spec.setName(name)).build());
    while (true) {
      Thread.sleep(POLL_MILLIS);
      JobSummary job = client.describe(id, true).getSummary();
      long now = System.nanoTime();
      if (job.getState() == JobState.JOB_SUCCEEDED) {
        JobDescription all = client.describe(id, false);
        int attempts = all.getPartitionsList().stream().mapToInt(p -> p.getAttempts()).sum();
        return new Run(name, (now - began) / 1e6, job.getPartitions(), attempts);
      }
      if (job.getEndedMillis() != 0 || now - began > LIMIT_NANOS) {
        throw new IOException(name + " ended as " + job.getState() + ": " + job.getError());
      }
    }
  }
}
