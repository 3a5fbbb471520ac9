package dev.belay.coordinator.rpc;

import com.google.protobuf.Message;
import dev.belay.runtime.proto.CancelJobReply;
import dev.belay.runtime.proto.CancelJobRequest;
import dev.belay.runtime.proto.ClientServiceGrpc;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import dev.belay.runtime.proto.ListJobsReply;
import dev.belay.runtime.proto.ListJobsRequest;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.SubmitReply;
import dev.belay.runtime.proto.SubmitRequest;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/** Clients' calls, as commands. */
public final class ClientEndpoint extends ClientServiceGrpc.ClientServiceImplBase {
  private final Connections connections;
  private final Consumer<Command> loop;

  public ClientEndpoint(Connections connections, Consumer<Command> loop) {
    this.connections = connections;
    this.loop = loop;
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

  private Command.Builder command(StreamObserver<? extends Message> out) {
    return WorkerEndpoint.stamped().setRequest(connections.request(out));
  }
}
