package dev.belay.worker.link;

import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.ListCompletionsReply;
import dev.belay.runtime.proto.ListCompletionsRequest;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.proto.WorkerServiceGrpc;
import dev.belay.runtime.wire.JobTable;
import dev.belay.worker.core.LinkEnd;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over gRPC. Bounded in both directions: at most {@link #INBOUND} messages wait to be taken,
 * and while the connection is choked heartbeats are dropped (the next one says more), and beyond
 * {@link #OUTBOUND} other messages the link breaks itself off: its successor sends them again.
 */
final class GrpcLink implements Link, ClientResponseObserver<FromWorker, ToWorker> {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcLink.class);
  private static final int INBOUND = 64;
  private static final int OUTBOUND = 16_384;
  private static final long COMPLETIONS_TIMEOUT_MILLIS = 10_000;

  private final long number;
  private final ManagedChannel channel;
  private final Listener listener;
  private final AtomicBoolean opened = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ClientCallStreamObserver<FromWorker> stream;
  private int choked;

  GrpcLink(long number, ManagedChannel channel, Listener listener) {
    this.number = number;
    this.channel = channel;
    this.listener = listener;
  }

  void open() {
    StreamObserver<FromWorker> unused = WorkerServiceGrpc.newStub(channel).session(this);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<FromWorker> requests) {
    stream = requests;
    requests.disableAutoRequestWithInitial(INBOUND);
    requests.setOnReadyHandler(
        () -> {
          if (opened.compareAndSet(false, true)) {
            listener.opened(number);
          }
        });
  }

  @Override
  public void onNext(ToWorker message) {
    listener.received(number, message.hasDesired() ? expanded(message) : message);
  }

  private static ToWorker expanded(ToWorker message) {
    return message.toBuilder().setDesired(JobTable.expanded(message.getDesired())).build();
  }

  @Override
  public void onError(Throwable failure) {
    LOG.debug("Link {} ended", number, failure);
    end(Statuses.end(Status.fromThrowable(failure)));
  }

  @Override
  public void onCompleted() {
    end(LinkEnd.lost("it closed the connection"));
  }

  private void end(LinkEnd end) {
    if (closed.compareAndSet(false, true)) {
      channel.shutdownNow();
      listener.closed(number, end);
    }
  }

  @Override
  public void send(FromWorker message) {
    ClientCallStreamObserver<FromWorker> requests = stream;
    if (requests == null || closed.get()) {
      return;
    }
    if (requests.isReady()) {
      choked = 0;
    } else if (message.hasHeartbeat()) {
      return;
    } else if (++choked > OUTBOUND) {
      end(LinkEnd.lost("it takes nothing any more"));
      return;
    }
    try {
      requests.onNext(message);
    } catch (IllegalStateException e) {
      // Cancelled meanwhile: the listener hears of it.
      LOG.debug("Link {} was closed while sending", number, e);
    }
  }

  @Override
  public void taken() {
    ClientCallStreamObserver<FromWorker> requests = stream;
    if (requests != null && !closed.get()) {
      requests.request(1);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      channel.shutdownNow();
    }
  }

  @Override
  public CompletableFuture<ListCompletionsReply> completions(ListCompletionsRequest request) {
    CompletableFuture<ListCompletionsReply> reply = new CompletableFuture<>();
    WorkerServiceGrpc.newStub(channel)
        .withDeadlineAfter(COMPLETIONS_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .listCompletions(request, new Single<>(reply));
    return reply;
  }

  /** A unary reply as a future. */
  private record Single<T>(CompletableFuture<T> reply) implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      reply.complete(value);
    }

    @Override
    public void onError(Throwable failure) {
      LinkEnd end = Statuses.end(Status.fromThrowable(failure));
      String what =
          end.refused() ? "the coordinator refuses: " : "the coordinator did not answer: ";
      reply.completeExceptionally(new IOException(what + end.text(), failure));
    }

    @Override
    public void onCompleted() {
      if (!reply.isDone()) {
        reply.completeExceptionally(new IOException("the coordinator did not answer"));
      }
    }
  }
}
