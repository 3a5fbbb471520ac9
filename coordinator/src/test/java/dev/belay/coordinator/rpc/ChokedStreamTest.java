package dev.belay.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.coordinator.core.Effect;
import dev.belay.runtime.proto.Rejected;
import dev.belay.runtime.proto.ToWorker;
import io.grpc.stub.ServerCallStreamObserver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is sent to a worker that takes nothing is bounded. */
class ChokedStreamTest {
  private static final int MESSAGE_BYTES = 1 << 20;

  private final Connections connections = new Connections(1, deletion -> {});
  private final Receiver receiver = new Receiver();
  private final long stream = connections.open(receiver);

  private static final class Receiver extends ServerCallStreamObserver<ToWorker> {
    boolean ready;
    long received;
    @Nullable Throwable error;

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void onNext(ToWorker message) {
      received++;
    }

    @Override
    public void onError(Throwable thrown) {
      error = thrown;
    }

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }

  private void send(int messages) {
    for (int i = 0; i < messages; i++) {
      connections.carryOut(
          new Effect.Send(
              stream,
              ToWorker.newBuilder()
                  .setRejected(Rejected.newBuilder().setMessage("x".repeat(MESSAGE_BYTES)))));
    }
  }

  @Test
  void whoTakesNothingIsCutOffAtALimit() {
    send(100);
    assertThat(receiver.error).hasMessageContaining("took nothing");
    assertThat(receiver.received * MESSAGE_BYTES).isLessThanOrEqualTo(Connections.MAX_UNSENT_BYTES);
  }

  @Test
  void whoTakesWhatItIsSentMayBeSentAnyAmount() {
    receiver.ready = true;
    send(100);
    receiver.ready = false;
    send(10);
    receiver.ready = true;
    send(1);
    receiver.ready = false;
    send(30);
    assertThat(receiver.error).isNull();
    assertThat(receiver.received).isEqualTo(141);
  }
}
