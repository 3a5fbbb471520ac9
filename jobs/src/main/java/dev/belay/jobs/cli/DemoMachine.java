package dev.belay.jobs.cli;

import dev.belay.jobs.cli.view.Names;
import dev.belay.jobs.cli.view.Rate;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Stragglers;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.proto.WorkerState;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Finds out how fast the demonstration's cluster counts primes, by letting it begin to: what is
 * measured is the very thing that is sized by it, the JVMs' warming up included.
 */
final class DemoMachine {
  private static final String JOB = "primes";
  private static final long CHECKPOINT_INTERVAL_MILLIS = 1000;
  private static final long POLL_MILLIS = 100;
  private static final long START_MILLIS = 30_000;
  private static final long WARM_UP_MILLIS = 1500;
  private static final long MEASURE_MILLIS = 2000;

  /** More than any machine counts in the time, and of the size that is to be counted then. */
  private static final long SAMPLE = 1_000_000_000_000L;

  private final CoordinatorClient client;
  private final Stop stop;

  DemoMachine(CoordinatorClient client, Stop stop) {
    this.client = client;
    this.stop = stop;
  }

  void awaitWorkers(int count) {
    await(
        () ->
            client.workers().stream()
                    .filter(worker -> worker.getState() == WorkerState.LIVE)
                    .count()
                >= count,
        "the workers do not come up");
  }

  /** Submits the count of the primes up to a number. */
  String submit(long upTo, int partitions) {
    return client.submit(
        SubmitRequest.newBuilder()
            .setKey(UUID.randomUUID().toString())
            .setSpec(
                JobSpec.newBuilder()
                    .setJob(JOB)
                    .setName("primes up to " + DemoCommand.number(upTo))
                    .addParameters(
                        Parameter.newBuilder().setKey("upTo").setValue(Long.toString(upTo)))
                    .setPartitions(partitions)
                    // Splits would fill the slots that are to take over from the killed worker.
                    .setStragglers(Stragglers.STRAGGLERS_OFF)
                    .setCheckpointIntervalMillis(CHECKPOINT_INTERVAL_MILLIS))
            .build());
  }

  /** Counts for some seconds, and gives that up. */
  double numbersPerSecond(int partitions) {
    String job = submit(SAMPLE, partitions);
    await(() -> done(job) > 0, "the first partitions do not start");
    pause(WARM_UP_MILLIS);
    Rate rate = new Rate(Long.MAX_VALUE);
    long start = millis();
    while (millis() - start < MEASURE_MILLIS) {
      rate.add(millis(), done(job) * SAMPLE);
      pause(POLL_MILLIS);
    }
    client.cancel(job);
    await(
        () -> client.workers().stream().allMatch(worker -> worker.getRunning() == 0),
        "the measurement does not end");
    return rate.perSecond();
  }

  /** A share of the whole. */
  private double done(String job) {
    JobDescription now = client.describe(job, true);
    if (Names.ended(now.getSummary().getState())) {
      throw new CliException(
          ExitCode.FAILED, "cannot count primes: " + now.getSummary().getError());
    }
    double total = now.getSummary().getProgress().getTotal();
    return total == 0 ? 0 : now.getSummary().getProgress().getDone() / total;
  }

  private void await(BooleanSupplier condition, String otherwise) {
    long deadline = millis() + START_MILLIS;
    while (!condition.getAsBoolean()) {
      if (millis() > deadline) {
        throw new CliException(
            ExitCode.FAILED, otherwise + " within " + START_MILLIS / 1000 + " s");
      }
      pause(POLL_MILLIS);
    }
  }

  private void pause(long millis) {
    if (stop.await(millis)) {
      CliException reason = stop.reason();
      throw reason != null ? reason : new CliException(ExitCode.INTERRUPTED, "interrupted");
    }
  }

  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
