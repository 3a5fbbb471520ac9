package dev.belay.bench.recovery;

import dev.belay.jobs.cli.CoordinatorClient;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Stragglers;
import dev.belay.runtime.proto.SubmitRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Where faults happen: a cluster with a job that would run for many minutes, and enough free slots
 * that two of the three workers can carry all of it.
 */
final class Stage implements AutoCloseable {
  static final int WORKERS = 3;
  static final int PARTITIONS = 8;
  private static final int SLOTS = 4;
  private static final String UP_TO = "10000000000000";
  private static final int LEAST_PAUSE_MILLIS = 200;
  private static final int MORE_PAUSE_MILLIS = 1_000;

  final ProcessCluster cluster;
  final Observer observer;
  final SplittableRandom random;
  private final CoordinatorClient client;
  private final Set<Long> worked = new HashSet<>();
  private String jobId = "";
  private int jobs;

  Stage(Path directory, long seed) throws IOException {
    cluster = new ProcessCluster(directory, SLOTS);
    client = new CoordinatorClient(cluster.address());
    observer = new Observer(client);
    random = new SplittableRandom(seed);
  }

  /** Starts everything. */
  void open() throws IOException, InterruptedException {
    cluster.startCoordinator();
    // A worker that finds none when it starts gives up.
    observer.awaitLive(0);
    for (int i = 1; i <= WORKERS; i++) {
      cluster.startWorker("w" + i);
    }
    observer.awaitLive(WORKERS);
    submit();
  }

  private void submit() throws IOException, InterruptedException {
    SubmitRequest request =
        SubmitRequest.newBuilder()
            .setKey("bench-" + ++jobs)
            .setSpec(
                JobSpec.newBuilder()
                    .setJob("primes")
                    .setPartitions(PARTITIONS)
                    // Splits would fill the slots that are to take over.
                    .setStragglers(Stragglers.STRAGGLERS_OFF)
                    .addParameters(Parameter.newBuilder().setKey("upTo").setValue(UP_TO)))
            .build();
    jobId = observer.await("the job to be accepted", () -> client.submit(request), id -> true);
  }

  /** The job has ended: the next one of its kind. */
  void submitAnew() throws IOException, InterruptedException {
    submit();
  }

  CoordinatorClient client() {
    return client;
  }

  String jobId() {
    return jobId;
  }

  /** The job's partitions, now. */
  Partitions look() {
    return new Partitions(observer.job(jobId));
  }

  /** Waits until everything runs, then for a moment that nobody can foresee. */
  Partitions settled() throws IOException, InterruptedException {
    observer.awaitLive(WORKERS);
    Partitions now =
        observer.await("every partition to run", this::look, it -> it.settled() || it.anyDone());
    if (now.anyDone()) {
      client.cancel(jobId);
      submit();
      return settled();
    }
    Thread.sleep(LEAST_PAUSE_MILLIS + random.nextInt(MORE_PAUSE_MILLIS));
    Partitions settled = observer.await("every partition to run", this::look, Partitions::settled);
    settled.holders().forEach(holder -> worked.add(cluster.pid(holder)));
    return settled;
  }

  /**
   * Whether these partitions went to processes that had worked on some before: what is new has to
   * load and compile everything first.
   */
  boolean tookOverWarm(Partitions now, Set<Integer> indexes) {
    return now.holders(indexes).stream().allMatch(holder -> worked.contains(cluster.pid(holder)));
  }

  /** A worker that has something to lose. */
  String victim(Partitions now) {
    Set<String> holders = now.holders();
    List<String> candidates = new ArrayList<>(holders);
    return candidates.get(random.nextInt(candidates.size()));
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
  }
}
