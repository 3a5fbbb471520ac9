package dev.belay.jobs.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.net.Schedule.Step;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jobs run to their exact end on a network that loses, delays and cuts off, with processes killed
 * meanwhile; and the journal breaks no rule. Needs Linux, root, {@code ip} and {@code tc}; is
 * skipped without. More schedules: {@code mvn verify -pl jobs -am -Dit.test=NetworkIT -Dtest=none
 * -Dsurefire.failIfNoSpecifiedTests=false -Dbelay.net.seeds=1..100}.
 */
class NetworkIT {
  private static final int JOBS = 2;
  private static final int PARTITIONS = 8;

  /** How long the end may take once everything works again; no measure of speed. */
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path directory;

  static LongStream seeds() {
    String[] range = System.getProperty("belay.net.seeds", "3..5").split("\\.\\.");
    long first = Long.parseLong(range[0]);
    return LongStream.rangeClosed(first, range.length > 1 ? Long.parseLong(range[1]) : first);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void jobsEndExactlyWhateverTheNetworkDoes(long seed) throws Exception {
    Schedule schedule = Schedule.draw(seed);
    try (Network network = network(schedule.workers() + 1, seed);
        NetCluster cluster = new NetCluster(network, directory)) {
      Misfortune misfortune = new Misfortune(network, cluster);
      long started = System.nanoTime();
      try {
        run(schedule, cluster, misfortune, seed % 2 == 1);
      } catch (AssertionError | Exception e) {
        throw new AssertionError(
            "seed %d (replay: -Dbelay.net.seeds=%d), after%n%s%n%s"
                .formatted(seed, seed, misfortune.done(), cluster.processes.allLogs()),
            e);
      }
      System.out.printf(
          "network: seed %d in %d s, %d steps, %s; %s%n",
          seed,
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started),
          schedule.steps().size(),
          network.means(),
          cluster.audit.summary());
    }
  }

  private static Network network(int hosts, long seed) {
    try {
      return Network.of(hosts, seed);
    } catch (IOException e) {
      String line = "skipped: hosts in network namespaces (" + e.getMessage() + ")";
      System.out.println(line);
      return Assumptions.abort(line);
    }
  }

  private void run(Schedule schedule, NetCluster cluster, Misfortune misfortune, boolean interferes)
      throws Exception {
    for (int host = 1; host <= schedule.workers() + 1; host++) {
      cluster.start(host);
    }
    Process client = cluster.client(PARTITIONS, JOBS, interferes);
    awaitRunning(client, cluster);
    long start = System.nanoTime();
    for (Step step : schedule.steps()) {
      long past = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      // If the jobs end early, the rest happens at once: it must harm nothing any more.
      var unused = client.waitFor(step.atMillis() - past, TimeUnit.MILLISECONDS);
      misfortune.carryOut(step);
      cluster.tend();
    }
    await("the jobs end", cluster, () -> !client.isAlive());
    assertThat(client.exitValue()).as("the client's exit code").isZero();
    cluster.kill(Schedule.COORDINATOR);
    for (int job = 0; job < JOBS; job++) {
      assertExact(job, cluster.audit);
    }
  }

  /** However long processes take to start: from here on the schedule's time counts. */
  private void awaitRunning(Process client, NetCluster cluster) {
    await(
        "the first job runs",
        cluster,
        () -> !client.isAlive() || Files.exists(Client.running(directory)));
  }

  private static void await(String what, NetCluster cluster, BooleanSupplier condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(
            () -> {
              cluster.tend();
              return condition.getAsBoolean();
            });
  }

  private void assertExact(int job, JournalAudit audit) throws IOException {
    JobDescription ended =
        JobDescription.parseFrom(Files.readAllBytes(Client.description(directory, job)));
    assertThat(ended.getSummary().getState()).as("%s", ended).isEqualTo(JobState.JOB_SUCCEEDED);
    assertThat(audit.end(ended.getSummary().getJobId())).isEqualTo(JobState.JOB_SUCCEEDED);
    Path output = Client.output(directory, job);
    assertThat(output.resolve("_SUCCESS")).exists();
    List<String> expected = DiaryJob.expected(PARTITIONS);
    assertThat(Files.readAllLines(output.resolve(DiaryJob.FILE)))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(ended.getResult().getFields(0).getValue().getInteger()).isEqualTo(expected.size());
  }
}
