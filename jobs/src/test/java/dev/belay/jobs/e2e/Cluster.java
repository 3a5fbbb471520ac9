package dev.belay.jobs.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.jobs.cli.local.Ports;
import dev.belay.runtime.proto.ClientServiceGrpc;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSpec;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.ListJobsRequest;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.Parameter;
import dev.belay.runtime.proto.Stragglers;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import dev.belay.runtime.wire.Protocol;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A coordinator and its workers as real processes on this machine, and a client of them. */
final class Cluster implements AutoCloseable {
  /** How long anything may take before the test gives up; no measure of speed. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final Path directory;
  final Processes processes;
  final Map<String, Process> workers = new LinkedHashMap<>();
  private final List<String> coordinatorOptions;
  private final int port;
  private final ManagedChannel channel;
  private Process coordinator;

  Cluster(Path directory) throws IOException {
    this(directory, Map.of());
  }

  /**
   * @param environment added to that of each process
   * @param coordinatorOptions added to its command
   */
  Cluster(Path directory, Map<String, String> environment, String... coordinatorOptions)
      throws IOException {
    this.directory = directory;
    this.coordinatorOptions = List.of(coordinatorOptions);
    this.processes = new Processes(directory);
    processes.environment.putAll(environment);
    port = Ports.free();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    coordinator = startCoordinator();
  }

  private Process startCoordinator() throws IOException {
    List<String> words =
        new ArrayList<>(List.of("coordinator", "--listen", address(), "--data", data().toString()));
    words.addAll(coordinatorOptions);
    return processes.start("coordinator", words.toArray(new String[0]));
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  Path data() {
    return directory.resolve("data");
  }

  Path gate() {
    return directory.resolve("gate");
  }

  void openGate() throws IOException {
    Files.createFile(gate());
  }

  Process coordinator() {
    return coordinator;
  }

  void restartCoordinator() throws IOException {
    Processes.kill(coordinator);
    coordinator = startCoordinator();
  }

  void worker(String name, int slots, String... options) throws IOException {
    workers.put(name, processes.start(name, workerWords(name, slots, options)));
  }

  /** A worker whose program begins elsewhere, in a JVM with more options. */
  void workerOn(String main, List<String> jvm, String name, int slots) throws IOException {
    workers.put(name, processes.startOn(List.of(), jvm, name, main, workerWords(name, slots)));
  }

  private String[] workerWords(String name, int slots, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "worker",
                "--coordinator",
                address(),
                "--id",
                name,
                "--slots",
                Integer.toString(slots),
                "--data",
                directory.resolve(name).toString()));
    words.addAll(List.of(options));
    return words.toArray(new String[0]);
  }

  Process process(String worker) {
    return Objects.requireNonNull(workers.get(worker), worker);
  }

  ClientServiceGrpc.ClientServiceBlockingStub client() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of(Protocol.HEADER, Metadata.ASCII_STRING_MARSHALLER),
        Integer.toString(Protocol.VERSION));
    return ClientServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withWaitForReady()
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  String submit(String job, int partitions, Map<String, String> parameters) {
    return submit(job, partitions, Stragglers.STRAGGLERS_AUTO, parameters);
  }

  private String submit(
      String job, int partitions, Stragglers stragglers, Map<String, String> parameters) {
    JobSpec.Builder spec =
        JobSpec.newBuilder()
            .setJob(job)
            .setPartitions(partitions)
            .setStragglers(stragglers)
            .setCheckpointIntervalMillis(150);
    parameters.forEach(
        (key, value) -> spec.addParameters(Parameter.newBuilder().setKey(key).setValue(value)));
    return client()
        .submit(
            SubmitRequest.newBuilder().setKey(UUID.randomUUID().toString()).setSpec(spec).build())
        .getJob();
  }

  /** One more job, with a gate of its own. */
  String submitGated(int partitions, Path gate) {
    return submit("gated", partitions, Stragglers.STRAGGLERS_OFF, Map.of("gate", gate.toString()));
  }

  /** Who waits at the gate would pass for a straggler, and be begun a second time. */
  String submitGated(int partitions) {
    return submit(
        "gated", partitions, Stragglers.STRAGGLERS_OFF, Map.of("gate", gate().toString()));
  }

  JobDescription describe(String job) {
    return client().describeJob(DescribeJobRequest.newBuilder().setJob(job).build());
  }

  /** All that a client can see of jobs and workers. */
  String everythingToldToClients() {
    StringBuilder all = new StringBuilder();
    all.append(client().listWorkers(ListWorkersRequest.getDefaultInstance()));
    client()
        .listJobs(ListJobsRequest.getDefaultInstance())
        .getJobsList()
        .forEach(job -> all.append(describe(job.getJobId())));
    return all.toString();
  }

  WorkerState state(String worker) {
    return client().listWorkers(ListWorkersRequest.getDefaultInstance()).getWorkersList().stream()
        .filter(one -> one.getId().equals(worker))
        .map(WorkerDescription::getState)
        .findFirst()
        .orElse(WorkerState.WORKER_STATE_UNSPECIFIED);
  }

  /**
   * Waits until the job looks so; says how it looked last, and what the processes logged, if it
   * never does.
   */
  JobDescription await(String job, String what, Predicate<JobDescription> condition) {
    AtomicReference<JobDescription> last =
        new AtomicReference<>(JobDescription.getDefaultInstance());
    try {
      org.awaitility.Awaitility.await(what)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .ignoreException(StatusRuntimeException.class)
          .until(
              () -> {
                JobDescription seen = describe(job);
                last.set(seen);
                return condition.test(seen);
              });
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(what + " never came; last seen: " + last + "\n" + allLogs(), e);
    }
    return Objects.requireNonNull(last.get());
  }

  /** Waits until every partition runs, waits at the gate, and has a checkpoint. */
  JobDescription awaitAtGate(String job, int partitions) {
    return await(
        job,
        "all partitions at the gate",
        seen ->
            seen.getPartitionsCount() == partitions
                && seen.getPartitionsList().stream()
                    .allMatch(
                        p ->
                            p.getProgress().getDone() == GatedJob.STEPS / 2
                                && p.getCheckpoint().getProgress().getDone()
                                    == GatedJob.STEPS / 2));
  }

  JobDescription awaitEnd(String job) {
    return await(
        job,
        "the end of the job",
        seen ->
            switch (seen.getSummary().getState()) {
              case JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELLED -> true;
              default -> false;
            });
  }

  void awaitWorker(String worker, WorkerState state) {
    try {
      org.awaitility.Awaitility.await(worker + " is " + state)
          .atMost(PATIENCE)
          .ignoreException(StatusRuntimeException.class)
          .until(() -> state(worker) == state);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(worker + " never is " + state + "\n" + allLogs(), e);
    }
  }

  /** Opens the gate and checks that nothing was lost or counted twice. */
  JobDescription finish(String job, int partitions) throws IOException {
    openGate();
    JobDescription ended = awaitEnd(job);
    assertThat(ended.getSummary().getState())
        .as("%s%n%s", ended, allLogs())
        .isEqualTo(JobState.JOB_SUCCEEDED);
    assertThat(ended.getResult().getFieldsList())
        .singleElement()
        .satisfies(
            field ->
                assertThat(field.getValue().getInteger()).isEqualTo(GatedJob.expected(partitions)));
    return ended;
  }

  String allLogs() {
    StringBuilder all = new StringBuilder();
    all.append("--- coordinator\n").append(processes.logText("coordinator"));
    workers.keySet().forEach(w -> all.append("--- " + w + "\n").append(processes.logText(w)));
    return all.toString();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    processes.close();
  }
}
