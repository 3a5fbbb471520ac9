package dev.belay.jobs.cli;

import dev.belay.runtime.proto.CancelJobReply;
import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.ClientServiceGrpc;
import dev.belay.runtime.proto.ClusterStatus;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.DrainWorkerReply;
import dev.belay.runtime.proto.DrainWorkerRequest;
import dev.belay.runtime.proto.GetClusterRequest;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.JobState;
import dev.belay.runtime.proto.JobSummary;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import dev.belay.runtime.proto.ListJobsReply;
import dev.belay.runtime.proto.ListJobsRequest;
import dev.belay.runtime.proto.ListWorkersReply;
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
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers clients with what a test put into it, over a real port of this machine. */
final class FakeCoordinator extends ClientServiceGrpc.ClientServiceImplBase
    implements AutoCloseable {
  final List<SubmitRequest> submitted = new CopyOnWriteArrayList<>();
  final List<String> restartKeys = new CopyOnWriteArrayList<>();
  final List<@Nullable String> protocols = new CopyOnWriteArrayList<>();
  volatile ClusterStatus cluster = ClusterStatus.getDefaultInstance();
  final List<WorkerDescription> workers = new CopyOnWriteArrayList<>();

  /** What describing a job answers, one after the other; the last one again and again. */
  final Map<String, Queue<JobDescription>> jobs = new ConcurrentHashMap<>();

  /** What else describing a job answers, where it depends on what is asked for. */
  final Map<String, Function<DescribeJobRequest, JobDescription>> paged = new ConcurrentHashMap<>();

  /** What listing checkpoints answers, of one partition where one is asked for. */
  volatile Supplier<ListCheckpointsReply> checkpoints = ListCheckpointsReply::getDefaultInstance;

  final List<RestoreCheckpointRequest> restored = new CopyOnWriteArrayList<>();

  /** As above, where it depends on the page that is asked for; null: it does not. */
  volatile @Nullable Function<ListCheckpointsRequest, ListCheckpointsReply> checkpointPages;

  final List<DescribeJobRequest> described = new CopyOnWriteArrayList<>();

  /** Refusals to give before anything else, one a call. */
  final Queue<Status> refusals = new ConcurrentLinkedQueue<>();

  private final Server server;
  private final int port;

  FakeCoordinator() {
    this(0);
  }

  FakeCoordinator(int wantedPort) {
    try {
      server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort))
              .addService(this)
              .intercept(new Front())
              .build()
              .start();
      port = server.getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  void describe(String name, JobDescription... descriptions) {
    jobs.put(name, new ConcurrentLinkedQueue<>(List.of(descriptions)));
  }

  @Override
  public void submit(SubmitRequest request, StreamObserver<SubmitReply> answer) {
    submitted.add(request);
    answer(answer, SubmitReply.newBuilder().setJob("job-1").build());
  }

  @Override
  public void listJobs(ListJobsRequest request, StreamObserver<ListJobsReply> answer) {
    ListJobsReply.Builder reply = ListJobsReply.newBuilder();
    jobs.keySet().stream().sorted().forEach(name -> reply.addJobs(next(name).getSummary()));
    answer(answer, reply.build());
  }

  @Override
  public void describeJob(DescribeJobRequest request, StreamObserver<JobDescription> answer) {
    described.add(request);
    Function<DescribeJobRequest, JobDescription> pages = paged.get(request.getJob());
    if (pages != null) {
      answer(answer, pages.apply(request));
      return;
    }
    if (!jobs.containsKey(request.getJob())) {
      answer.onError(
          Status.NOT_FOUND
              .withDescription("no job \"" + request.getJob() + "\"")
              .asRuntimeException());
      return;
    }
    answer(answer, next(request.getJob()));
  }

  @Override
  public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobReply> answer) {
    answer(
        answer,
        CancelJobReply.newBuilder()
            .setJobId(request.getJob())
            .setState(JobState.JOB_CANCELLED)
            .build());
  }

  @Override
  public void pauseJob(PauseJobRequest request, StreamObserver<JobControlReply> answer) {
    answer(
        answer,
        JobControlReply.newBuilder()
            .setJobId(request.getJob())
            .setState(JobState.JOB_PAUSED)
            .build());
  }

  @Override
  public void resumeJob(ResumeJobRequest request, StreamObserver<JobControlReply> answer) {
    answer(
        answer,
        JobControlReply.newBuilder()
            .setJobId(request.getJob())
            .setState(JobState.JOB_RUNNING)
            .build());
  }

  @Override
  public void stopJob(StopJobRequest request, StreamObserver<JobControlReply> answer) {
    answer(
        answer,
        JobControlReply.newBuilder()
            .setJobId(request.getJob())
            .setState(JobState.JOB_STOPPING)
            .build());
  }

  @Override
  public void retryJob(RetryJobRequest request, StreamObserver<JobControlReply> answer) {
    answer(
        answer,
        JobControlReply.newBuilder()
            .setJobId(request.getJob())
            .setState(JobState.JOB_RUNNING)
            .build());
  }

  @Override
  public void restartJob(RestartJobRequest request, StreamObserver<JobControlReply> answer) {
    restartKeys.add(request.getKey());
    answer(
        answer,
        JobControlReply.newBuilder().setJobId("job-2").setState(JobState.JOB_PENDING).build());
  }

  @Override
  public void drainWorker(DrainWorkerRequest request, StreamObserver<DrainWorkerReply> answer) {
    workers.clear();
    answer(
        answer, DrainWorkerReply.newBuilder().setWorker(request.getWorker()).setRunning(3).build());
  }

  @Override
  public void listCheckpoints(
      ListCheckpointsRequest request, StreamObserver<ListCheckpointsReply> answer) {
    Function<ListCheckpointsRequest, ListCheckpointsReply> pages = checkpointPages;
    if (pages != null) {
      answer(answer, pages.apply(request));
      return;
    }
    ListCheckpointsReply all = checkpoints.get();
    ListCheckpointsReply.Builder reply = all.toBuilder().clearCheckpoints();
    all.getCheckpointsList().stream()
        .filter(
            one -> !request.hasOnlyPartition() || one.getPartition() == request.getOnlyPartition())
        .forEach(reply::addCheckpoints);
    answer(answer, reply.build());
  }

  @Override
  public void restoreCheckpoint(
      RestoreCheckpointRequest request, StreamObserver<RestoreCheckpointReply> answer) {
    restored.add(request);
    answer(answer, RestoreCheckpointReply.newBuilder().setJobId("job-1").setDropped(1).build());
  }

  @Override
  public void getCluster(GetClusterRequest request, StreamObserver<ClusterStatus> answer) {
    answer(answer, cluster);
  }

  @Override
  public void listWorkers(ListWorkersRequest request, StreamObserver<ListWorkersReply> answer) {
    answer(answer, ListWorkersReply.newBuilder().addAllWorkers(workers).build());
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static JobSummary.Builder summary(String id, JobState state) {
    return JobSummary.newBuilder()
        .setJobId(id)
        .setName("nightly")
        .setJob("primes")
        .setState(state)
        .setSubmittedMillis(1_000_000);
  }

  private JobDescription next(String name) {
    Queue<JobDescription> answers = jobs.getOrDefault(name, new ConcurrentLinkedQueue<>());
    JobDescription answer = answers.size() > 1 ? answers.poll() : answers.peek();
    return answer == null ? JobDescription.getDefaultInstance() : answer;
  }

  private static <T> void answer(StreamObserver<T> observer, T answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  private final class Front implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      protocols.add(
          headers.get(Metadata.Key.of(Protocol.HEADER, Metadata.ASCII_STRING_MARSHALLER)));
      Status refusal = refusals.poll();
      if (refusal != null) {
        call.close(refusal, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }
  }
}
