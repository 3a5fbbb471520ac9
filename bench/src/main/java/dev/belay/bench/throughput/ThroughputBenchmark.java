package dev.belay.bench.throughput;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.WorkDirectory;
import dev.belay.bench.recovery.Observer;
import dev.belay.bench.recovery.ProcessCluster;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import dev.belay.jobs.cli.CoordinatorClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A coordinator and four workers as processes, and a job of very many partitions of next to no
 * work: each is assigned, run, completed, and durable at every step.
 */
public final class ThroughputBenchmark implements Benchmark {
  private static final int WORKERS = 4;
  private static final int SLOTS = 2;
  private static final int QUICK = 200_000;
  private static final int FULL = 1_000_000;
  private static final int SMOKE = 1_000;
  private static final int WARM_UP = 20_000;

  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public String description() {
    return "tiny partitions a second: a coordinator with 1 GB, 4 workers, as processes";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(15 + partitions(conditions) / 10_000);
  }

  private static int partitions(Conditions conditions) {
    if (conditions.partitions() > 0) {
      return conditions.partitions();
    }
    return conditions.profile().smoke() ? SMOKE : conditions.profile().full() ? FULL : QUICK;
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress)
      throws IOException, InterruptedException {
    try (WorkDirectory directory = WorkDirectory.below(conditions.directory())) {
      Path heap = directory.path().resolve("heap.log");
      try (ProcessCluster cluster =
              new ProcessCluster(directory.path(), SLOTS, List.of("-Xmx1g", HeapLog.option(heap)));
          CoordinatorClient client = new CoordinatorClient(cluster.address())) {
        return run(partitions(conditions), cluster, client, heap, progress);
      }
    }
  }

  private static List<Table> run(
      int partitions,
      ProcessCluster cluster,
      CoordinatorClient client,
      Path heap,
      Progress progress)
      throws IOException, InterruptedException {
    try {
      progress.at("starting a coordinator and " + WORKERS + " workers");
      start(cluster, new Observer(client));
      JobRun warmUp = new JobRun(cluster, client, Math.min(partitions, WARM_UP));
      warmUp.run("warm-up", progress);
      JobRun measured = new JobRun(cluster, client, partitions);
      measured.run("measured", progress);
      return List.of(speed(warmUp, measured), costs(measured), heap(HeapLog.read(heap)));
    } catch (IOException e) {
      throw new IOException(e.getMessage() + cluster.lastWords(), e);
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

  private static Table speed(JobRun warmUp, JobRun measured) {
    Table.Builder table =
        Table.titled(
                "Tiny partitions: %d workers of %d slots, on %d processors"
                    .formatted(WORKERS, SLOTS, Runtime.getRuntime().availableProcessors()))
            .column("run", "", Format.TEXT)
            .column("partitions", "partitions", Format.COUNT)
            .column("rate", "all", Format.A_SECOND)
            .column("firstTenth", "first tenth", Format.A_SECOND)
            .column("middleTenth", "middle tenth", Format.A_SECOND)
            .column("lastTenth", "last tenth", Format.A_SECOND)
            .column("planMillis", "planned in", Format.MILLIS)
            .column("publishMillis", "published in", Format.MILLIS);
    for (JobRun run : List.of(warmUp, measured)) {
      Timeline line = run.timeline();
      table.row(
          run == warmUp ? "warm-up" : "measured",
          run.partitions(),
          line.rate(0, 1),
          line.rate(0, 0.1),
          line.rate(0.45, 0.55),
          line.rate(0.9, 1),
          run.planMillis(),
          run.publishMillis());
    }
    return table
        .note("goal: 20,000/s on 2 processors, and the last tenth as fast as the first")
        .build();
  }

  private static Table costs(JobRun measured) {
    Costs.Spent coordinator = measured.costs().spent(JobRun.COORDINATOR);
    Costs.Spent workers = Costs.Spent.NOTHING;
    for (int i = 1; i <= WORKERS; i++) {
      workers = workers.plus(measured.costs().spent("w" + i));
    }
    Table.Builder table =
        Table.titled("What a partition costs, in processor time")
            .column("process", "", Format.TEXT)
            .column("applicationNanos", "application", Format.NANOS)
            .column("compilerNanos", "compilers", Format.NANOS)
            .column("collectorNanos", "collectors", Format.NANOS)
            .column("allNanos", "all", Format.NANOS);
    cost(table, "coordinator", coordinator.dividedBy(measured.partitions()));
    cost(table, "workers", workers.dividedBy(measured.partitions()));
    cost(table, "together", coordinator.plus(workers).dividedBy(measured.partitions()));
    return table
        .note("planning and publishing included; compilers end when all is compiled")
        .build();
  }

  private static void cost(Table.Builder table, String process, Costs.Spent spent) {
    table.row(process, spent.application(), spent.compilers(), spent.collectors(), spent.all());
  }

  private static Table heap(HeapLog heap) {
    return Table.titled("The coordinator's heap")
        .column("heapBefore", "at most, MB", Format.COUNT)
        .column("heapAfter", "left by collections, MB", Format.COUNT)
        .column("pauseMillis", "collecting", Format.MILLIS)
        .row(heap.before(), heap.after(), heap.millis())
        .build();
  }
}
