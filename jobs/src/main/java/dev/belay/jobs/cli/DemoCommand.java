package dev.belay.jobs.cli;

import dev.belay.jobs.cli.KnownPrimeCounts.Known;
import dev.belay.jobs.cli.local.LocalCluster;
import dev.belay.jobs.cli.local.LocalSettings;
import dev.belay.jobs.cli.view.JsonDocuments;
import dev.belay.jobs.cli.view.Names;
import dev.belay.jobs.cli.view.ProgressView;
import dev.belay.runtime.proto.Field;
import dev.belay.runtime.proto.JobDescription;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Shows what Belay is for: counts primes on three worker processes, kills one half-way, and tells
 * what that cost. How far to count is chosen for this machine, among numbers whose answer is known.
 */
@Command(
    name = "demo",
    description = {
      "Kills a worker half-way through a job, and tells what that cost.",
      "Counts primes for about 20 s on 3 worker processes, kills one of them (SIGKILL) half-way,"
          + " and ends by saying what was noticed when, what went on where and from which"
          + " checkpoint, how much work was done twice, and whether the result is right. The killed"
          + " worker is started again once its work goes on elsewhere. Needs nothing, leaves"
          + " nothing behind.",
      "With --disaster a whole region is killed instead: coordinator, workers and store."
    },
    footer = {
      "",
      "Examples:",
      "  belay demo",
      "  belay demo --json | jq '.result, .expected'",
      "  belay demo --disaster",
      "  belay demo --disaster --json | jq .disaster.recoveredAfterMillis"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int WORKERS = 3;
  private static final double SECONDS = 19;
  private static final long POLL_MILLIS = 50;

  @Option(
      names = "--disaster",
      description =
          "Two regions with a store each (MinIO, if it is on the PATH or in MINIO_BIN): the first"
              + " is mirrored to the second, and killed half-way; the second goes on from the"
              + " mirror. Says what was lost and how long it took.")
  boolean disaster;

  @Mixin StandardOptions standard;

  private final Output output;
  private final Stop stop = new Stop();
  private final DemoKill kill = new DemoKill();
  private boolean revived;
  private double killedAtShare;
  private long killedPid;

  DemoCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws IOException {
    if (disaster) {
      return new DisasterDemo(output).run();
    }
    RunDirectory directory = RunDirectory.of(null, "demo");
    int partitions = partitions(Runtime.getRuntime().availableProcessors());
    LocalSettings settings = new LocalSettings(directory.path(), WORKERS, slots(partitions));
    boolean right = false;
    try (ProgressView view = Interruption.handled(stop, output.progress());
        LocalCluster cluster = LocalCluster.start(settings, view::event);
        CoordinatorClient client = new CoordinatorClient(cluster.address())) {
      Interruption.onFailure(cluster, stop);
      view.event("starting a coordinator and " + WORKERS + " worker processes");
      cluster.startWorkers();
      DemoMachine machine = new DemoMachine(client, stop);
      machine.awaitWorkers(WORKERS);
      view.event("measuring how fast this machine is");
      Known known = KnownPrimeCounts.notAbove(SECONDS * machine.numbersPerSecond(partitions));
      view.event(
          "counting the primes up to "
              + number(known.upTo())
              + " in "
              + partitions
              + " partitions, a checkpoint each second");
      JobDescription job = run(cluster, client, view, machine.submit(known.upTo(), partitions));
      view.close();
      right = report(job, known);
    } finally {
      if (right || stop.reason() != null) {
        directory.removeIfOurs(output);
      } else {
        output.say("belay: kept in " + directory.path() + " (workers' logs in logs/)");
      }
    }
    return right ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** A multiple of the workers, enough for all cores. */
  static int partitions(int cores) {
    return WORKERS * Math.max(1, (cores + WORKERS - 1) / WORKERS);
  }

  /** So many that two workers can hold all partitions: the lost ones go on at once. */
  static int slots(int partitions) {
    return (partitions + WORKERS - 2) / (WORKERS - 1);
  }

  private JobDescription run(
      LocalCluster cluster, CoordinatorClient client, ProgressView view, String jobId) {
    long startNanos = System.nanoTime();
    return new JobFollower(client, view, stop, POLL_MILLIS)
        .follow(
            jobId,
            job -> {
              kill.look(job);
              String victim = kill.due(job);
              if (victim != null) {
                long elapsedMillis = (System.nanoTime() - startNanos) / 1_000_000;
                killedPid = cluster.kill(victim);
                kill.killed(victim, job, System.currentTimeMillis(), elapsedMillis);
                killedAtShare =
                    (double) job.getSummary().getProgress().getDone()
                        / job.getSummary().getProgress().getTotal();
                view.event(
                    ">>> SIGKILL to worker "
                        + victim
                        + " (pid "
                        + killedPid
                        + "), which runs "
                        + partitionsText(kill.lost()));
              } else if (!revived && kill.recovered(job)) {
                revived = true;
                view.event("worker " + kill.victim() + " is started again");
                cluster.revive(kill.victim());
              }
            });
  }

  private boolean report(JobDescription job, Known known) {
    CliException reason = stop.reason();
    if (!Names.ended(job.getSummary().getState()) && reason != null) {
      throw reason;
    }
    Long count = count(job);
    boolean right = count != null && count == known.count();
    if (output.json()) {
      output.document(
          json -> {
            json.writeStartObject();
            JsonDocuments.jobFields(json, List.of(job));
            json.writeNumberField("expected", known.count());
            json.writeEndObject();
          });
    } else {
      account(job, known, count).forEach(output::line);
    }
    if (!right) {
      output.say(
          "belay: the demonstration failed: "
              + (count == null ? job.getSummary().getError() : "the count is wrong"));
    }
    return right;
  }

  private List<String> account(JobDescription job, Known known, @Nullable Long count) {
    return new DemoAccount(kill, killedPid, killedAtShare).lines(job, known, count);
  }

  static @Nullable Long count(JobDescription job) {
    for (Field field : job.getResult().getFieldsList()) {
      if (field.getName().equals("count")) {
        return field.getValue().getInteger();
      }
    }
    return null;
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String partitionsText(List<Integer> partitions) {
    String numbers = partitions.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return (partitions.size() == 1 ? "partition " : "partitions ") + numbers;
  }
}
