package dev.belay.coordinator.rpc;

import com.google.protobuf.Message;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.loop.Outbox;
import dev.belay.runtime.proto.Answer;
import dev.belay.runtime.proto.Answers;
import dev.belay.runtime.proto.ToWorker;
import dev.belay.runtime.wire.JobTable;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is at the other end: open streams and unanswered requests, by the ids under which the core
 * knows them.
 */
public final class Connections implements Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** More than any set of leases; a worker that hangs must not fill the coordinator's memory. */
  static final long MAX_UNSENT_BYTES = 32 << 20;

  /** A worker's stream, written to by the loop's thread alone. */
  private static final class Stream {
    final StreamObserver<ToWorker> observer;
    final Answers.Builder answers = Answers.newBuilder();
    long revision;

    /** Sent since the connection last took anything. */
    private long unsentBytes;

    Stream(StreamObserver<ToWorker> observer) {
      this.observer = observer;
    }

    /** Whether the receiver has taken nothing for so much that it will not. */
    boolean chokes(ToWorker message) {
      boolean ready =
          !(observer instanceof ServerCallStreamObserver<ToWorker> call) || call.isReady();
      unsentBytes = ready ? 0 : unsentBytes + message.getSerializedSize();
      return unsentBytes > MAX_UNSENT_BYTES;
    }

    boolean hasAnswers() {
      return answers.getOkCount() + answers.getOthersCount() > 0;
    }
  }

  private final long coordinatorStart;
  private final Consumer<Effect.Delete> deletions;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, Stream> streams = new ConcurrentHashMap<>();

  /** Streams with answers that wait for those of the same batch. */
  private final Map<Long, Stream> answering = new LinkedHashMap<>();

  private final Map<Long, StreamObserver<Message>> requests = new ConcurrentHashMap<>();

  /**
   * @param coordinatorStart drawn for this process, so that nobody takes a message of an earlier
   *     one for its
   */
  public Connections(long coordinatorStart, Consumer<Effect.Delete> deletions) {
    this.coordinatorStart = coordinatorStart;
    this.deletions = deletions;
  }

  long open(StreamObserver<ToWorker> observer) {
    long id = ids.incrementAndGet();
    streams.put(id, new Stream(observer));
    return id;
  }

  void closed(long stream) {
    streams.remove(stream);
  }

  @SuppressWarnings("unchecked") // The core answers each kind of request with its kind of reply.
  long request(StreamObserver<? extends Message> observer) {
    long id = ids.incrementAndGet();
    requests.put(id, (StreamObserver<Message>) observer);
    return id;
  }

  /** A request of this process itself. */
  public long request(CompletableFuture<Message> answer) {
    return request(
        new StreamObserver<Message>() {
          @Override
          public void onNext(Message message) {
            answer.complete(message);
          }

          @Override
          public void onError(Throwable refusal) {
            answer.completeExceptionally(refusal);
          }

          @Override
          public void onCompleted() {}
        });
  }

  @Override
  public void carryOut(Effect effect) {
    try {
      if (effect instanceof Effect.Send send) {
        send(send);
      } else if (effect instanceof Effect.Reply reply) {
        StreamObserver<Message> observer = requests.remove(reply.request());
        if (observer != null) {
          observer.onNext(reply.message());
          observer.onCompleted();
        }
      } else if (effect instanceof Effect.Refuse refusal) {
        StreamObserver<Message> observer = requests.remove(refusal.request());
        if (observer != null) {
          observer.onError(status(refusal).asRuntimeException());
        }
      } else if (effect instanceof Effect.CloseStream close) {
        Stream stream = streams.remove(close.stream());
        if (stream != null) {
          sendAnswers(close.stream(), stream);
          stream.observer.onCompleted();
        }
      } else if (effect instanceof Effect.Delete deletion) {
        deletions.accept(deletion);
      }
    } catch (RuntimeException e) {
      // The receiver is gone, which its stream's end will say too.
      LOG.debug("not delivered: {}", effect, e);
    }
  }

  private void send(Effect.Send send) {
    Stream stream = streams.get(send.stream());
    if (stream == null) {
      return;
    }
    if (send.message().hasAnswer()) {
      gather(send.message().getAnswer(), stream);
      answering.put(send.stream(), stream);
      return;
    }
    sendAnswers(send.stream(), stream);
    if (send.message().hasDesired()) {
      send.message().setDesired(JobTable.compacted(send.message().getDesired()));
    }
    send(send.stream(), stream, send.message());
  }

  private static void gather(Answer answer, Stream stream) {
    if (answer.getVerdict() == Answer.Verdict.OK) {
      stream.answers.addOk(answer.getNumber());
    } else {
      stream.answers.addOthers(answer);
    }
  }

  /** In their place among the stream's messages: one message for all that were gathered. */
  private void sendAnswers(long id, Stream stream) {
    if (stream.hasAnswers()) {
      ToWorker.Builder message = ToWorker.newBuilder().setAnswers(stream.answers);
      stream.answers.clear();
      send(id, stream, message);
    }
  }

  private void send(long id, Stream stream, ToWorker.Builder message) {
    stream.revision++;
    ToWorker numbered =
        message
            .setCoordinatorStart(coordinatorStart)
            .setStream(id)
            .setRevision(stream.revision)
            .build();
    if (stream.chokes(numbered)) {
      LOG.warn("stream {} is closed: its worker takes nothing any more", id);
      streams.remove(id);
      stream.observer.onError(
          Status.RESOURCE_EXHAUSTED.withDescription("took nothing for too long").asException());
    } else {
      stream.observer.onNext(numbered);
    }
  }

  @Override
  public void flush() {
    answering.forEach(
        (id, stream) -> {
          try {
            sendAnswers(id, stream);
          } catch (RuntimeException e) {
            // The receiver is gone, which its stream's end will say too.
            LOG.debug("answers not delivered to stream {}", id, e);
          }
        });
    answering.clear();
  }

  private static Status status(Effect.Refuse refusal) {
    Status status =
        switch (refusal.reason()) {
          case NOT_FOUND -> Status.NOT_FOUND;
          case INVALID -> Status.INVALID_ARGUMENT;
          case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
          case PRECONDITION -> Status.FAILED_PRECONDITION;
        };
    return status.withDescription(refusal.message());
  }
}
