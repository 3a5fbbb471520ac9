package dev.belay.bench.scale;

import dev.belay.bench.Benchmark;
import dev.belay.bench.Conditions;
import dev.belay.bench.coordinator.CoreDriver;
import dev.belay.bench.report.Format;
import dev.belay.bench.report.Table;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.PartitionState;
import java.time.Duration;
import java.util.List;

/**
 * What it costs the coordinator's one thread that somebody looks at a job, by how many partitions
 * that has: a page costs what is on it.
 */
public final class DescribeBenchmark implements Benchmark {
  private static final int WORKERS = 100;
  private static final int SLOTS = 10;
  private static final String KEY = "described";

  /** The first job of a cluster. */
  private static final String JOB = "job-1";

  @Override
  public String name() {
    return "decisions.describe";
  }

  @Override
  public String description() {
    return "describing a job of 1,000 and of 1,000,000 partitions, page by page";
  }

  @Override
  public Duration expected(Conditions conditions) {
    return Duration.ofSeconds(20);
  }

  @Override
  public List<Table> run(Conditions conditions, Progress progress) {
    boolean smoke = conditions.profile().smoke();
    int times = smoke ? 2 : conditions.profile().full() ? 1_000 : 200;
    Table.Builder table =
        Table.titled("Looking at a job, %d x %d partitions of which run".formatted(WORKERS, SLOTS))
            .column("partitions", "partitions", Format.COUNT)
            .column("what", "asked for", Format.TEXT)
            .column("shown", "partitions told", Format.COUNT)
            .column("bytes", "bytes", Format.COUNT)
            .column("medianNanos", "median", Format.NANOS)
            .column("maxNanos", "max", Format.NANOS);
    for (int partitions : smoke ? new int[] {2_000} : new int[] {2_000, 1_000_000}) {
      progress.at("a job of %,d partitions".formatted(partitions));
      CoreDriver driver = new CoreDriver(WORKERS, SLOTS, false);
      driver.planned(partitions, KEY);
      int unused = driver.settle();
      driver.fleet().heartbeats();
      unused = driver.settle();
      DescribeJobRequest.Builder any = DescribeJobRequest.newBuilder().setJob(JOB);
      row(table, driver, partitions, "the summary", any.clone().setSummaryOnly(true), times);
      row(table, driver, partitions, "a screen of 50", any.clone().setLimit(50), times);
      row(table, driver, partitions, "a page", any.clone(), times);
      row(table, driver, partitions, "the largest page", any.clone().setLimit(10_000), times);
      row(
          table,
          driver,
          partitions,
          "what runs",
          any.clone().addStates(PartitionState.PARTITION_RUNNING),
          times);
      row(table, driver, partitions, "what is wrong", any.clone().setTroubled(true), times);
      row(
          table,
          driver,
          partitions,
          "what is paused (nothing)",
          any.clone().addStates(PartitionState.PARTITION_PAUSED),
          times);
      all(table, driver, partitions, any);
    }
    return List.of(
        table.note("goal: a page costs the same whatever the job's size, and under 4 MB").build());
  }

  private static void row(
      Table.Builder table,
      CoreDriver driver,
      int partitions,
      String what,
      DescribeJobRequest.Builder request,
      int times) {
    Times nanos = new Times();
    JobDescription last = JobDescription.getDefaultInstance();
    for (int i = 0; i < 2 * times; i++) {
      if (i == times) {
        nanos.forget();
      }
      long began = System.nanoTime();
      last = ask(driver, request);
      nanos.add(System.nanoTime() - began);
    }
    long[] sorted = nanos.sorted();
    table.row(
        partitions,
        what,
        last.getPartitionsCount(),
        last.getSerializedSize(),
        Times.quantile(sorted, 0.5),
        Times.quantile(sorted, 1));
  }

  private static void all(
      Table.Builder table, CoreDriver driver, int partitions, DescribeJobRequest.Builder request) {
    Times nanos = new Times();
    long shown = 0;
    long bytes = 0;
    int pages = 0;
    JobDescription page;
    do {
      long began = System.nanoTime();
      page = ask(driver, request);
      nanos.add(System.nanoTime() - began);
      pages++;
      shown += page.getPartitionsCount();
      bytes += page.getSerializedSize();
      request.setFromPartition(page.getNextPartition());
    } while (page.hasNextPartition());
    long[] sorted = nanos.sorted();
    table.row(
        partitions,
        "all, %,d pages (time: of a page)".formatted(pages),
        shown,
        bytes,
        Times.quantile(sorted, 0.5),
        Times.quantile(sorted, 1));
  }

  private static JobDescription ask(CoreDriver driver, DescribeJobRequest.Builder request) {
    return (JobDescription) driver.ask(Command.newBuilder().setDescribeJob(request));
  }
}
