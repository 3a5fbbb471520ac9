package dev.belay.jobs.cli;

import dev.belay.runtime.proto.CancelJobReply;
import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.ClientServiceGrpc;
import dev.belay.runtime.proto.ClusterStatus;
import dev.belay.runtime.proto.CollectGarbageReply;
import dev.belay.runtime.proto.CollectGarbageRequest;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.DrainWorkerReply;
import dev.belay.runtime.proto.DrainWorkerRequest;
import dev.belay.runtime.proto.GetClusterRequest;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import dev.belay.runtime.proto.ListJobsRequest;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.PauseJobRequest;
import dev.belay.runtime.proto.RestartJobRequest;
import dev.belay.runtime.proto.RestoreCheckpointReply;
import dev.belay.runtime.proto.RestoreCheckpointRequest;
import dev.belay.runtime.proto.ResumeJobRequest;
import dev.belay.runtime.proto.RetryJobRequest;
import dev.belay.runtime.proto.StopJobRequest;
import dev.belay.runtime.proto.SubmitReply;
import dev.belay.runtime.proto.SubmitRequest;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.wire.Protocol;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks a coordinator. Each call waits for its answer and either returns it or throws a {@link
 * CliException} that a user can act on; none is repeated in here. The connection is made by the
 * first call. For one thread at a time.
 */
public final class CoordinatorClient implements AutoCloseable {
  private static final Metadata.Key<String> PROTOCOL =
      Metadata.Key.of(Protocol.HEADER, Metadata.ASCII_STRING_MARSHALLER);

  private static final int DEADLINE_SECONDS = 10;

  /** A store of many millions of objects takes minutes to list. */
  private static final int COLLECTION_SECONDS = 3_600;

  /** Lists of jobs and workers are not paged; what is described is, and far smaller. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final HostPort address;
  private final ManagedChannel channel;
  private final ClientServiceGrpc.ClientServiceBlockingStub stub;

  public CoordinatorClient(HostPort address) {
    this.address = address;
    Metadata headers = new Metadata();
    headers.put(PROTOCOL, Integer.toString(Protocol.VERSION));
    this.channel =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .usePlaintext()
            .maxInboundMessageSize(MAX_ANSWER_BYTES)
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
            .build();
    this.stub = ClientServiceGrpc.newBlockingStub(channel);
  }

  public HostPort address() {
    return address;
  }

  /**
   * @return the job's id; the same one when the same key is submitted again
   */
  public String submit(SubmitRequest request) {
    return submitting(request).getJob();
  }

  /** As {@link #submit}, with what there is to say about it. */
  public SubmitReply submitting(SubmitRequest request) {
    return call(service -> service.submit(request));
  }

  public List<JobSummary> list() {
    return call(service -> service.listJobs(ListJobsRequest.getDefaultInstance())).getJobsList();
  }

  /**
   * The first page, which is all of a job of at most 1,000 partitions.
   *
   * @param job an id, or a name if it is unique
   */
  public JobDescription describe(String job, boolean summaryOnly) {
    return describe(
        DescribeJobRequest.newBuilder().setJob(job).setSummaryOnly(summaryOnly).build());
  }

  /** A page. */
  public JobDescription describe(DescribeJobRequest request) {
    return call(service -> service.describeJob(request));
  }

  public CancelJobReply cancel(String job) {
    return call(service -> service.cancelJob(CancelJobRequest.newBuilder().setJob(job).build()));
  }

  public JobControlReply pause(String job) {
    return call(service -> service.pauseJob(PauseJobRequest.newBuilder().setJob(job).build()));
  }

  public JobControlReply resume(String job) {
    return call(service -> service.resumeJob(ResumeJobRequest.newBuilder().setJob(job).build()));
  }

  public JobControlReply stop(String job) {
    return call(service -> service.stopJob(StopJobRequest.newBuilder().setJob(job).build()));
  }

  /** As it was submitted. */
  public JobControlReply retry(String job) {
    return retry(RetryJobRequest.newBuilder().setJob(job).build());
  }

  public JobControlReply retry(RetryJobRequest request) {
    return call(service -> service.retryJob(request));
  }

  /** A page. */
  public ListCheckpointsReply checkpoints(ListCheckpointsRequest request) {
    return call(service -> service.listCheckpoints(request));
  }

  public RestoreCheckpointReply restore(RestoreCheckpointRequest request) {
    return call(service -> service.restoreCheckpoint(request));
  }

  /** Takes as long as looking through the store does. */
  public CollectGarbageReply collect(boolean dryRun) {
    return call(
        service ->
            service.collectGarbage(CollectGarbageRequest.newBuilder().setDryRun(dryRun).build()),
        COLLECTION_SECONDS);
  }

  /**
   * @param key the same restart comes with the same key
   */
  public JobControlReply restart(String job, String key) {
    return call(
        service ->
            service.restartJob(RestartJobRequest.newBuilder().setJob(job).setKey(key).build()));
  }

  public DrainWorkerReply drain(String worker) {
    return call(
        service -> service.drainWorker(DrainWorkerRequest.newBuilder().setWorker(worker).build()));
  }

  public ClusterStatus cluster() {
    return call(service -> service.getCluster(GetClusterRequest.getDefaultInstance()));
  }

  public List<WorkerDescription> workers() {
    return call(service -> service.listWorkers(ListWorkersRequest.getDefaultInstance()))
        .getWorkersList();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private <T> T call(Function<ClientServiceGrpc.ClientServiceBlockingStub, T> method) {
    return call(method, DEADLINE_SECONDS);
  }

  private <T> T call(Function<ClientServiceGrpc.ClientServiceBlockingStub, T> method, int seconds) {
    try {
      // A person (or a retry) waits: dial now rather than when the last failure's pause is over.
      channel.resetConnectBackoff();
      return method.apply(stub.withDeadlineAfter(seconds, TimeUnit.SECONDS));
    } catch (StatusRuntimeException e) {
      throw explained(e, seconds);
    }
  }

  private CliException explained(StatusRuntimeException e, int seconds) {
    Status status = e.getStatus();
    String description = String.valueOf(status.getDescription());
    return switch (status.getCode()) {
      case UNAVAILABLE -> unreachable("no coordinator at " + address, e);
      case DEADLINE_EXCEEDED ->
          unreachable(
              "the coordinator at " + address + " does not answer within " + seconds + " s", e);
      case NOT_FOUND, ALREADY_EXISTS, INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE ->
          new CliException(ExitCode.USAGE, description, e);
      case UNIMPLEMENTED, UNKNOWN, INTERNAL ->
          unreachable(
              "what answers at "
                  + address
                  + " is no coordinator that this version understands ("
                  + status.getCode()
                  + ": "
                  + description
                  + ")",
              e);
      case ABORTED -> new CliException(ExitCode.FAILED, description, e);
      default ->
          new CliException(
              ExitCode.FAILED,
              "the coordinator refused: " + status.getCode() + " " + description,
              e);
    };
  }

  private static CliException unreachable(String what, StatusRuntimeException cause) {
    return new CliException(
        ExitCode.UNREACHABLE,
        what + ": start one with 'belay coordinator', or name it with --coordinator HOST:PORT",
        cause);
  }
}
