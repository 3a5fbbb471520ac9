package dev.belay.coordinator.rpc;

import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.Report;
import dev.belay.runtime.proto.StreamClosed;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.proto.WorkerServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Workers' calls, as commands stamped with the time of their arrival. */
public final class WorkerEndpoint extends WorkerServiceGrpc.WorkerServiceImplBase {
  private final Connections connections;
  private final Consumer<Command> loop;

  public WorkerEndpoint(Connections connections, Consumer<Command> loop) {
    this.connections = connections;
    this.loop = loop;
  }

  @Override
  public StreamObserver<FromWorker> session(StreamObserver<ToWorker> out) {
    long stream = connections.open(out);
    AtomicBoolean closed = new AtomicBoolean();
    Runnable close =
        () -> {
          if (closed.compareAndSet(false, true)) {
            connections.closed(stream);
            loop.accept(
                stamped()
                    .setStream(stream)
                    .setStreamClosed(StreamClosed.getDefaultInstance())
                    .build());
          }
        };
    ((ServerCallStreamObserver<ToWorker>) out).setOnCancelHandler(close);
    return new StreamObserver<>() {
      @Override
      public void onNext(FromWorker message) {
        if (message.getReportsCount() == 0) {
          loop.accept(stamped().setStream(stream).setFromWorker(message).build());
        }
        for (Report report : message.getReportsList()) {
          FromWorker.Builder one = FromWorker.newBuilder().setReport(report);
          loop.accept(stamped().setStream(stream).setFromWorker(one).build());
        }
      }

      @Override
      public void onError(Throwable cause) {
        close.run();
      }

      @Override
      public void onCompleted() {
        close.run();
        out.onCompleted();
      }
    };
  }

  @Override
  public void listCompletions(
      ListCompletionsRequest request, StreamObserver<ListCompletionsReply> out) {
    loop.accept(stamped().setRequest(connections.request(out)).setListCompletions(request).build());
  }

  static Command.Builder stamped() {
    return Command.newBuilder().setReceivedNanos(System.nanoTime());
  }
}
