package dev.belay.coordinator.rpc;

import com.google.protobuf.Message;
import dev.belay.runtime.proto.CancelJobReply;
import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.ClientServiceGrpc;
import dev.belay.runtime.proto.ClusterStatus;
import dev.belay.runtime.proto.CollectGarbageReply;
import dev.belay.runtime.proto.CollectGarbageRequest;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.DrainWorkerReply;
import dev.belay.runtime.proto.DrainWorkerRequest;
import dev.belay.runtime.proto.GetClusterRequest;
import dev.belay.runtime.proto.JobControlReply;
import dev.belay.runtime.proto.JobDescription;
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
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Clients' calls, as commands. */
public final class ClientEndpoint extends ClientServiceGrpc.ClientServiceImplBase {
  private final Connections connections;
  private final Consumer<Command> loop;
  private final GarbageCollection garbage;
  private final Supplier<ClusterStatus> cluster;

  public ClientEndpoint(
      Connections connections,
      Consumer<Command> loop,
      GarbageCollection garbage,
      Supplier<ClusterStatus> cluster) {
    this.connections = connections;
    this.loop = loop;
    this.garbage = garbage;
    this.cluster = cluster;
  }

  @Override
  public void submit(SubmitRequest request, StreamObserver<SubmitReply> out) {
    loop.accept(command(out).setSubmit(request).build());
  }

  @Override
  public void listJobs(ListJobsRequest request, StreamObserver<ListJobsReply> out) {
    loop.accept(command(out).setListJobs(request).build());
  }

  @Override
  public void describeJob(DescribeJobRequest request, StreamObserver<JobDescription> out) {
    loop.accept(command(out).setDescribeJob(request).build());
  }

  @Override
  public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobReply> out) {
    loop.accept(command(out).setCancelJob(request).build());
  }

  @Override
  public void listWorkers(ListWorkersRequest request, StreamObserver<ListWorkersReply> out) {
    loop.accept(command(out).setListWorkers(request).build());
  }

  @Override
  public void pauseJob(PauseJobRequest request, StreamObserver<JobControlReply> out) {
    loop.accept(command(out).setPauseJob(request).build());
  }

  @Override
  public void resumeJob(ResumeJobRequest request, StreamObserver<JobControlReply> out) {
    loop.accept(command(out).setResumeJob(request).build());
  }

  @Override
  public void stopJob(StopJobRequest request, StreamObserver<JobControlReply> out) {
    loop.accept(command(out).setStopJob(request).build());
  }

  @Override
  public void retryJob(RetryJobRequest request, StreamObserver<JobControlReply> out) {
    loop.accept(command(out).setRetryJob(request).build());
  }

  @Override
  public void restartJob(RestartJobRequest request, StreamObserver<JobControlReply> out) {
    loop.accept(command(out).setRestartJob(request).build());
  }

  @Override
  public void drainWorker(DrainWorkerRequest request, StreamObserver<DrainWorkerReply> out) {
    loop.accept(command(out).setDrainWorker(request).build());
  }

  @Override
  public void listCheckpoints(
      ListCheckpointsRequest request, StreamObserver<ListCheckpointsReply> out) {
    loop.accept(command(out).setListCheckpoints(request).build());
  }

  @Override
  public void restoreCheckpoint(
      RestoreCheckpointRequest request, StreamObserver<RestoreCheckpointReply> out) {
    loop.accept(command(out).setRestoreCheckpoint(request).build());
  }

  @Override
  public void collectGarbage(
      CollectGarbageRequest request, StreamObserver<CollectGarbageReply> out) {
    var unused =
        garbage
            .collect(request.getDryRun())
            .whenComplete(
                (reply, failure) -> {
                  if (failure != null) {
                    out.onError(
                        Status.ABORTED
                            .withDescription("no garbage is collected: " + failure.getMessage())
                            .asRuntimeException());
                  } else {
                    out.onNext(reply);
                    out.onCompleted();
                  }
                });
  }

  /** No matter of the core's. */
  @Override
  public void getCluster(GetClusterRequest request, StreamObserver<ClusterStatus> out) {
    out.onNext(cluster.get());
    out.onCompleted();
  }

  private Command.Builder command(StreamObserver<? extends Message> out) {
    return WorkerEndpoint.stamped().setRequest(connections.request(out));
  }
}
